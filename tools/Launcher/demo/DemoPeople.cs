using System.Text.Json;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>Somebody of `people.json`, whom the pages of a development system offer for signing in.</summary>
/// <param name="Key">A short name.</param>
/// <param name="Alias">What screens call the person.</param>
/// <param name="Role">What tokens say.</param>
/// <param name="Subject">`people/{uuid}` or `clients/{client}/riders/{uuid}`.</param>
/// <param name="Clients">Clients that the person may speak for.</param>
public sealed record DemoPerson(string Key, string Alias, string Role, string Subject, IReadOnlyList<string> Clients)
{
    /// <summary>`vendors/{vendor}` of those who work for the contact centre.</summary>
    public string? Vendor { get; init; }

    /// <summary>A token to sign.</summary>
    public Token Token => new(Role, Subject, Clients) { Vendor = Vendor };

    /// <summary>What the person may act as; null when that needs no enrolment.</summary>
    public MemberRole? MemberRole =>
        Role switch
        {
            "agent" => Refunds.V1.MemberRole.Agent,
            "lead" => Refunds.V1.MemberRole.Lead,
            "technician" => Refunds.V1.MemberRole.Technician,
            "client_officer" => Refunds.V1.MemberRole.ClientOfficer,
            _ => null,
        };

    /// <summary>Everybody of a checkout.</summary>
    public static IReadOnlyList<DemoPerson> Load(string root)
    {
        var json = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        var file = Path.Combine(root, "tools", "Launcher", "demo", "people.json");
        return JsonSerializer.Deserialize<IReadOnlyList<DemoPerson>>(File.ReadAllText(file), json)!;
    }

    /// <summary>The request that makes the person a member of the client.</summary>
    public EnrolMemberRequest Enrolment(string client, Guid requestId) =>
        new()
        {
            Parent = $"clients/{client}",
            Member = new Member
            {
                Person = Subject,
                Vendor = Vendor ?? "",
                Role = MemberRole!.Value,
                Level = 5,
                State = MemberState.Active,
                Alias = Alias,
            },
            RequestId = requestId.ToString(),
        };
}
