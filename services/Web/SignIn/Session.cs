using Grpc.Core;
using Mobility.Platform.Auth;

namespace Mobility.Web.SignIn;

/// <summary>Who is signed in. Web has no power of its own: every call carries this person's token.</summary>
/// <param name="Token">The person's own token.</param>
/// <param name="Role">The one role of the token.</param>
/// <param name="Subject">people/{uuid} or clients/{client}/riders/{uuid}.</param>
/// <param name="Client">The client that the session works for.</param>
/// <param name="Vendor">vendors/{vendor}, or null.</param>
/// <param name="Alias">What screens call the person; empty when the token says nothing.</param>
public sealed record Session(string Token, Role Role, string Subject, string Client, string? Vendor, string Alias)
{
    /// <summary>Clients that the token names and we know, its first one first.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [Client];

    /// <summary>"clients/{client}".</summary>
    public string Parent => $"clients/{Client}";

    /// <summary>Headers of a call on behalf of the person.</summary>
    public Metadata Headers => new() { { "authorization", $"Bearer {Token}" } };

    /// <summary>May the person open the desk?</summary>
    public bool IsStaff => IsStaffRole(Role);

    /// <summary>Where the person begins.</summary>
    public string Home => Role == Role.Rider ? $"/r/{Client}" : "/desk";

    internal static bool IsStaffRole(Role role) =>
        role is Role.Agent or Role.Lead or Role.ClientOfficer or Role.Auditor;
}
