using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>Reads what the assignment rule needs, and lets open cases follow what it says.</summary>
public static class Ownership
{
    /// <summary>More people, and more open cases of one person, than any desk has.</summary>
    private const int Max = 100_000;

    /// <summary>Who is on duty, who comes next and how many open cases each has.</summary>
    public static Task<AssignmentFacts> Facts(Tx tx) => Facts(tx, tx.Now);

    /// <summary>As now, with who is on duty and who comes next at another instant.</summary>
    public static async Task<AssignmentFacts> Facts(Tx tx, DateTimeOffset at)
    {
        var loads = await tx.List<(Guid Person, int Count)>(
            """
            SELECT owner_id, count(*)::integer FROM cases
            WHERE client_id = @ClientId AND state = 1 AND owner_id IS NOT NULL GROUP BY owner_id LIMIT @Max
            """,
            new { tx.ClientId, Max }
        );
        var members = await MemberTable.Owners(tx);
        return new AssignmentFacts(
            await Rota.OnDuty(tx, at),
            await Rota.NextLead(tx, at),
            members,
            loads.ToDictionary(load => load.Person, load => load.Count),
            await LastGiven(tx, members)
        );
    }

    /// <summary>By the log: when a case was assigned or handed over to each of them last.</summary>
    private static async Task<Dictionary<Guid, DateTimeOffset>> LastGiven(Tx tx, IReadOnlyList<DeskMember> members)
    {
        var last = await tx.List<(Guid Person, DateTimeOffset Time)>(
            """
            SELECT p.id, l.occur_time FROM unnest(@People::uuid[]) AS p (id)
            CROSS JOIN LATERAL (
                SELECT l.occur_time FROM case_log l
                WHERE l.client_id = @ClientId AND l.kind IN (4, 5) AND l.subject = 'people/' || p.id
                ORDER BY l.occur_time DESC LIMIT 1) AS l
            """,
            new { tx.ClientId, People = members.Select(member => member.PersonId).ToArray() }
        );
        return last.ToDictionary(one => one.Person, one => one.Time);
    }

    /// <summary>Lets open cases follow the rule, one after the other: each counts in the next one's facts. Says how
    /// many moved.</summary>
    public static async Task<int> Follow(Tx tx, IReadOnlyList<Case> open)
    {
        if (open.Count == 0)
        {
            return 0;
        }

        var facts = await Facts(tx);
        var loads = new Dictionary<Guid, int>(facts.OpenCases);
        var turns = new Dictionary<Guid, DateTimeOffset>(facts.LastGiven);
        var moved = new List<Case>();
        var given = new List<Case>();
        foreach (var one in open)
        {
            var followed = one.GiveTo(
                AssignmentRule.Follow(one, facts with { OpenCases = loads, LastGiven = turns }),
                tx.Now
            );
            if (followed == one)
            {
                continue;
            }

            Count(loads, one.OwnerId, -1);
            Count(loads, followed.OwnerId, +1);
            moved.Add(followed);
            if (followed.OwnerId != one.OwnerId)
            {
                Turn(turns, followed.OwnerId, tx.Now);
                given.Add(followed);
            }
        }

        await Write(tx, moved, given);
        return moved.Count;
    }

    /// <summary>Open cases of the person; of nobody when null.</summary>
    public static Task<IReadOnlyList<Case>> OpenOf(Tx tx, Guid? person) =>
        tx.List<Case>(
            """
            SELECT * FROM cases
            WHERE client_id = @ClientId AND state = 1 AND owner_id IS NOT DISTINCT FROM @person
            ORDER BY id LIMIT @Max
            """,
            new
            {
                tx.ClientId,
                person,
                Max,
            }
        );

    private static void Count(Dictionary<Guid, int> loads, Guid? person, int by)
    {
        if (person is { } known)
        {
            loads[known] = loads.GetValueOrDefault(known) + by;
        }
    }

    private static void Turn(Dictionary<Guid, DateTimeOffset> turns, Guid? person, DateTimeOffset now)
    {
        if (person is { } known)
        {
            turns[known] = now;
        }
    }

    /// <summary>Two statements for however many cases: a suspended member's move at once.</summary>
    private static async Task Write(Tx tx, List<Case> moved, List<Case> given)
    {
        if (moved.Count == 0)
        {
            return;
        }

        var args = new
        {
            tx.ClientId,
            tx.Now,
            Ids = moved.Select(m => m.Id).ToArray(),
            Owners = moved.Select(m => m.OwnerId).ToArray(),
            StandIns = moved.Select(m => m.StandsIn).ToArray(),
        };
        await tx.Execute(
            """
            UPDATE cases c SET owner_id = m.owner_id, stands_in = m.stands_in, update_time = @Now,
                revision = c.revision + 1
            FROM unnest(@Ids::uuid[], @Owners::uuid[], @StandIns::boolean[]) AS m (id, owner_id, stands_in)
            WHERE c.client_id = @ClientId AND c.id = m.id
            """,
            args
        );
        // Whoever stood in and is on duty by now keeps the case: that is nobody's news.
        await tx.Execute(
            """
            INSERT INTO case_log (client_id, case_id, number, kind, actor, subject, occur_time)
            SELECT @ClientId, m.id,
                1 + coalesce((SELECT max(l.number) FROM case_log l
                    WHERE l.client_id = @ClientId AND l.case_id = m.id), 0),
                @Kind, @System, m.subject, @Now
            FROM unnest(@Ids::uuid[], @Subjects::text[]) AS m (id, subject)
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                Kind = (int)CaseLogKind.Assigned,
                Names.System,
                Ids = given.Select(m => m.Id).ToArray(),
                Subjects = given.Select(m => Names.Person(m.OwnerId)).ToArray(),
            }
        );
    }
}
