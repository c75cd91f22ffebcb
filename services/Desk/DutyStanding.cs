using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>May a person be put on duty, and as what?</summary>
public sealed record DutyStanding
{
    public string Vendor { get; init; } = "";
    public MemberRole Role { get; init; }
    public MemberState State { get; init; }
    public string Alias { get; init; } = "";

    /// <summary>Agents and leads of the vendor work at its desk; only leads lead.</summary>
    public bool IsOfDesk(string? vendor) =>
        State == MemberState.Active && Role is (MemberRole.Agent or MemberRole.Lead) && Vendor == vendor;

    public bool MayActAs(DutyRole duty) => duty != DutyRole.Lead || Role == MemberRole.Lead;

    /// <summary>What screens call the person.</summary>
    /// <exception cref="Refusal">MEMBER_NOT_ACTIVE or DUTY_ROLE_NOT_HELD.</exception>
    public static async Task<string> Admit(Tx tx, Guid person, DutyRole duty, string? vendor)
    {
        var name = Names.Person(person);
        // Locked, so that a suspension comes before or after.
        var member = await tx.One<DutyStanding>(
            """
            SELECT vendor, role, state, alias FROM members
            WHERE client_id = @ClientId AND person_id = @person
            FOR SHARE
            """,
            new { tx.ClientId, person }
        );
        if (member?.IsOfDesk(vendor) is not true)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.MemberNotActive,
                $"{name} is not an active agent or lead of the vendor.",
                ("person", name)
            );
        }

        return member.MayActAs(duty)
            ? member.Alias
            : throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.DutyRoleNotHeld,
                $"{name} is no lead; a deputy may take what is handed over.",
                ("person", name)
            );
    }
}
