using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Parking;

/// <summary>Statements on the copy of members.</summary>
internal static class MemberTable
{
    /// <summary>Takes over what the event says unless a later revision is here already.</summary>
    public static Task<int> Replace(Tx tx, MemberChanged member) =>
        tx.Execute(
            """
            INSERT INTO members (client_id, person, vendor, role, level, state, revision)
            VALUES (@ClientId, @Person, @Vendor, @Role, @Level, @State, @Revision)
            ON CONFLICT (client_id, person) DO UPDATE SET
                vendor = excluded.vendor, role = excluded.role, level = excluded.level, state = excluded.state,
                revision = excluded.revision
            WHERE members.revision < excluded.revision
            """,
            new
            {
                tx.ClientId,
                member.Person,
                member.Vendor,
                member.Role,
                member.Level,
                member.State,
                member.Revision,
            }
        );

    /// <summary>
    /// Has the client taken the person's standing away? A person not yet heard of stands by the token's word: the event
    /// that tells of an enrolment may come late.
    /// </summary>
    public static Task<bool> IsSuspended(Tx tx, string person) =>
        tx.Scalar<bool>(
            """
            SELECT EXISTS (SELECT 1 FROM members WHERE client_id = @ClientId AND person = @person AND state <> 1)
            """,
            new { tx.ClientId, person }
        );
}
