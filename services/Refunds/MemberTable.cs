using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A row of who may act for a client.</summary>
public sealed record MemberRow
{
    public required Guid PersonId { get; init; }
    public required string Vendor { get; init; }
    public required MemberRole Role { get; init; }
    public required int Level { get; init; }
    public required MemberState State { get; init; }
    public required string Alias { get; init; }

    /// <summary>Keyed hash of the person's phone number; empty when it is not known.</summary>
    public string PhoneHash { get; init; } = "";
    public Guid[] RiderAccounts { get; init; } = [];
    public required long Revision { get; init; }
    public required DateTimeOffset CreateTime { get; init; }
    public required DateTimeOffset UpdateTime { get; init; }

    public PersonTies Ties => new(PhoneHash, RiderAccounts);
}

public static class MemberTable
{
    /// <summary>The role that a member of such a caller has to have; null for callers that are no members.</summary>
    public static MemberRole? RoleOf(Role role) =>
        role switch
        {
            Role.Agent => MemberRole.Agent,
            Role.Lead => MemberRole.Lead,
            Role.ClientOfficer => MemberRole.ClientOfficer,
            Role.Technician => MemberRole.Technician,
            _ => null,
        };

    public static async Task<MemberRow?> Get(Tx tx, Guid personId)
    {
        // In a round: every call but one begins with this, and a first statement alone waits twice.
        var round = tx.NewRound();
        var rows = Many(round, tx, [personId]);
        await round.Run();
        return rows().FirstOrDefault();
    }

    /// <summary>
    /// The caller's row. What admits something locks it, so that a suspension comes before or after and not in between.
    /// </summary>
    /// <exception cref="Refusal">PERMISSION_DENIED MEMBER_UNKNOWN or MEMBER_SUSPENDED.</exception>
    public static async Task<MemberRow> Standing(Tx tx, Caller caller, bool locked)
    {
        var member = IdOf(caller) is [var personId] ? await (locked ? Locked(tx, personId) : Get(tx, personId)) : null;
        return Standing(member, caller);
    }

    /// <summary>The caller's id; none when the caller is no person.</summary>
    public static Guid[] IdOf(Caller caller) =>
        ResourceName.TryParseTop(caller.Subject, "people", out var personId) ? [personId] : [];

    /// <summary>The row itself, if it lets such a caller do anything.</summary>
    /// <exception cref="Refusal">PERMISSION_DENIED MEMBER_UNKNOWN or MEMBER_SUSPENDED.</exception>
    public static MemberRow Standing(MemberRow? member, Caller caller)
    {
        if (member is null || member.Role != RoleOf(caller.Role))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.MemberUnknown,
                $"The caller is not enrolled with the client as {Roles.Name(caller.Role)}.",
                ("role", Roles.Name(caller.Role))
            );
        }
        if (member.State != MemberState.Active)
        {
            throw new Refusal(StatusCode.PermissionDenied, Errors.MemberSuspended, "The member is suspended.");
        }
        return member;
    }

    /// <summary>The row, which nobody changes until the transaction ends.</summary>
    public static async Task<MemberRow?> Locked(Tx tx, Guid personId)
    {
        var round = tx.NewRound();
        var rows = ManyLocked(round, tx, [personId]);
        await round.Run();
        return rows().FirstOrDefault();
    }

    /// <summary>Of many people.</summary>
    public static Func<IReadOnlyList<MemberRow>> Many(Round round, Tx tx, Guid[] people) =>
        round.List<MemberRow>(
            """
            SELECT m.person_id, m.vendor, m.role, m.level, m.state, m.alias, m.phone_hash, m.rider_accounts,
                m.revision, m.create_time, m.update_time
            FROM member m WHERE m.client_id = @ClientId AND m.person_id = ANY(@people)
            """,
            new { tx.ClientId, people }
        );

    /// <summary>
    /// Of many people, under lock. Sharers of a row let nobody wait in front of them, so a member who calls without a
    /// pause could never be suspended: the lock before it has a queue, in which a suspension has its place.
    /// </summary>
    public static Func<IReadOnlyList<MemberRow>> ManyLocked(Round round, Tx tx, Guid[] people)
    {
        _ = round.List<string>(
            """
            SELECT pg_advisory_xact_lock_shared(7219, hashtext(@ClientId || ' ' || p.person_id))::text
            FROM (SELECT person_id FROM unnest(@people::uuid[]) AS i (person_id) ORDER BY person_id) AS p
            """,
            new { tx.ClientId, people }
        );
        return round.List<MemberRow>(
            """
            SELECT m.person_id, m.vendor, m.role, m.level, m.state, m.alias, m.phone_hash, m.rider_accounts,
                m.revision, m.create_time, m.update_time
            FROM member m WHERE m.client_id = @ClientId AND m.person_id = ANY(@people)
            ORDER BY m.person_id FOR SHARE
            """,
            new { tx.ClientId, people }
        );
    }

    /// <summary>Waits for those who have the row under lock; whoever wants it from now on waits behind.</summary>
    public static Task<int> LockToChange(Tx tx, Guid personId) =>
        tx.Execute(
            """SELECT pg_advisory_xact_lock(7219, hashtext(@ClientId || ' ' || @personId::uuid))""",
            new { tx.ClientId, personId }
        );
}
