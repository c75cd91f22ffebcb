using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>A member who may own cases: active, and an agent, a lead or a client officer.</summary>
public sealed record DeskMember
{
    public Guid PersonId { get; init; }
    public MemberRole Role { get; init; }
}

/// <summary>Statements on the copy of members.</summary>
public static class MemberTable
{
    /// <summary>More members than any client enrols for its desk.</summary>
    private const int MembersMax = 10_000;

    /// <summary>Takes over what the event says; false when a later revision is here already.</summary>
    public static async Task<bool> Replace(Tx tx, Guid personId, MemberChanged member) =>
        await tx.Execute(
            """
            INSERT INTO members (client_id, person_id, vendor, role, level, state, alias, revision)
            VALUES (@ClientId, @personId, @Vendor, @Role, @Level, @State, @Alias, @Revision)
            ON CONFLICT (client_id, person_id) DO UPDATE SET
                vendor = excluded.vendor, role = excluded.role, level = excluded.level, state = excluded.state,
                alias = excluded.alias, revision = excluded.revision
            WHERE members.revision < excluded.revision
            """,
            new
            {
                tx.ClientId,
                personId,
                member.Vendor,
                member.Role,
                member.Level,
                member.State,
                member.Alias,
                member.Revision,
            }
        ) == 1;

    /// <summary>
    /// Has the client taken the person's standing away? A person not yet heard of stands by the token's word: the event
    /// that tells of an enrolment may come late.
    /// </summary>
    public static Task<bool> IsSuspended(Tx tx, string subject) =>
        ResourceName.TryParseTop(subject, "people", out var person)
            ? tx.Scalar<bool>(
                """
                SELECT EXISTS (
                    SELECT 1 FROM members WHERE client_id = @ClientId AND person_id = @person AND state <> 1)
                """,
                new { tx.ClientId, person }
            )
            : Task.FromResult(false);

    /// <summary>Everybody who may own cases, by id.</summary>
    public static Task<IReadOnlyList<DeskMember>> Owners(Tx tx) =>
        tx.List<DeskMember>(
            """
            SELECT person_id, role FROM members
            WHERE client_id = @ClientId AND state = 1 AND role IN (1, 2, 3)
            ORDER BY person_id
            LIMIT @MembersMax
            """,
            new { tx.ClientId, MembersMax }
        );

    /// <summary>What screens call people, by people/{uuid}.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> Aliases(Tx tx, Guid[] people)
    {
        var rows = await tx.List<(Guid Person, string Alias)>(
            """
            SELECT m.person_id, m.alias FROM members m JOIN unnest(@people::uuid[]) AS p (id) ON p.id = m.person_id
            WHERE m.client_id = @ClientId
            """,
            new { tx.ClientId, people }
        );
        return rows.ToDictionary(row => Names.Person(row.Person), row => row.Alias, StringComparer.Ordinal);
    }
}
