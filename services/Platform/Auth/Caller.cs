namespace Mobility.Platform.Auth;

/// <summary>What a token says of its bearer.</summary>
public enum Role
{
    /// <summary>Rides vehicles.</summary>
    Rider,

    /// <summary>Answers customers for a vendor.</summary>
    Agent,

    /// <summary>Leads agents.</summary>
    Lead,

    /// <summary>Repairs and collects vehicles.</summary>
    Technician,

    /// <summary>Approves for the client.</summary>
    ClientOfficer,

    /// <summary>Reads and changes nothing.</summary>
    Auditor,

    /// <summary>The operator's own system.</summary>
    Operator,

    /// <summary>Nobody in particular, without a token; no token may carry it.</summary>
    Anonymous,
}

/// <summary>The names of roles in tokens and in docs.</summary>
public static class Roles
{
    private static readonly Dictionary<string, Role> ByName = new(StringComparer.Ordinal)
    {
        ["rider"] = Role.Rider,
        ["agent"] = Role.Agent,
        ["lead"] = Role.Lead,
        ["technician"] = Role.Technician,
        ["client_officer"] = Role.ClientOfficer,
        ["auditor"] = Role.Auditor,
        ["operator"] = Role.Operator,
    };

    /// <summary>Every role name.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The role of a name, or false.</summary>
    public static bool TryParse(string? name, out Role role) => ByName.TryGetValue(name ?? "", out role);

    /// <summary>The name of a role as tokens write it.</summary>
    public static string Name(Role role) =>
        role == Role.Anonymous ? Caller.Nobody.Subject : ByName.First(pair => pair.Value == role).Key;
}

/// <summary>Who calls, as a valid token says. What the person may do now is for the service's rows to say.</summary>
/// <param name="Subject">people/{uuid}, clients/{client}/riders/{uuid}, or an operator's system name.</param>
/// <param name="Role">The one role of the token.</param>
/// <param name="Clients">Slugs of the clients that the token speaks for.</param>
/// <param name="Vendor">vendors/{vendor}, or null.</param>
/// <param name="AuthTime">When the person last proved who they are.</param>
/// <param name="TokenId">The token's jti.</param>
public sealed record Caller(
    string Subject,
    Role Role,
    IReadOnlyList<string> Clients,
    string? Vendor,
    DateTimeOffset AuthTime,
    string TokenId
)
{
    /// <summary>Who calls without a token where a page allows it: for every client, with no standing in
    /// any.</summary>
    public static readonly Caller Nobody = new("anonymous", Role.Anonymous, [], null, DateTimeOffset.UnixEpoch, "");

    /// <summary>Has the caller no token?</summary>
    public bool IsAnonymous => Role == Role.Anonymous;

    /// <summary>Is the caller a rider, who sees own things only?</summary>
    public bool IsRider => Role == Role.Rider;
}
