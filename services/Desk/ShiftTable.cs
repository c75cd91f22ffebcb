using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Statements on shifts.</summary>
internal static class ShiftTable
{
    /// <summary>As many as a page of the rota shows: thirty people in a quarter of a year.</summary>
    private const int ListMax = 2_000;

    /// <summary>Writes the shifts, all or none. The constraint of the table is the judge of overlaps, so two writers at
    /// once cannot both be right.</summary>
    /// <exception cref="Refusal">SHIFT_OVERLAPS with the shift that stands in the way.</exception>
    public static async Task Insert(Tx tx, IReadOnlyList<Shift> shifts)
    {
        var written = await tx.Execute(
            """
            INSERT INTO shifts
                (client_id, id, person_id, role, start_time, end_time, create_time, update_time, revision)
            SELECT @ClientId, id, person_id, role, start_time, end_time, @Now, @Now, 1
            FROM unnest(@Ids::uuid[], @People::uuid[], @Roles::integer[], @Starts::timestamptz[], @Ends::timestamptz[])
                AS s (id, person_id, role, start_time, end_time)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                Ids = shifts.Select(s => s.Id).ToArray(),
                People = shifts.Select(s => s.PersonId).ToArray(),
                Roles = shifts.Select(s => (int)s.Role).ToArray(),
                Starts = shifts.Select(s => s.StartTime.UtcDateTime).ToArray(),
                Ends = shifts.Select(s => s.EndTime.UtcDateTime).ToArray(),
            }
        );
        if (written < shifts.Count)
        {
            throw await Overlap(tx, shifts);
        }
    }

    public static Task<int> Save(Tx tx, Shift shift) =>
        tx.Execute(
            """
            UPDATE shifts SET cancelled = @Cancelled, update_time = @UpdateTime, revision = @Revision
            WHERE client_id = @ClientId AND id = @Id
            """,
            shift
        );

    /// <summary>The shift, locked until the transaction ends.</summary>
    public static Task<Shift?> FindForUpdate(Tx tx, Guid id) =>
        tx.One<Shift>(
            """
            SELECT s.*, coalesce(m.alias, '') AS alias FROM shifts s
            LEFT JOIN members m ON m.client_id = s.client_id AND m.person_id = s.person_id
            WHERE s.client_id = @ClientId AND s.id = @id
            FOR NO KEY UPDATE OF s
            """,
            new { tx.ClientId, id }
        );

    /// <summary>Shifts that stand and touch the span, of one person or of all, earliest first.</summary>
    public static Task<IReadOnlyList<Shift>> Touching(Tx tx, Period span, Guid? person) =>
        tx.List<Shift>(
            """
            SELECT s.*, coalesce(m.alias, '') AS alias FROM shifts s
            LEFT JOIN members m ON m.client_id = s.client_id AND m.person_id = s.person_id
            WHERE s.client_id = @ClientId AND NOT s.cancelled
                AND s.start_time < @End AND s.start_time > @Start::timestamptz - interval '14 hours'
                AND s.end_time > @Start
                AND (@person::uuid IS NULL OR s.person_id = @person::uuid)
            ORDER BY s.start_time, s.id
            LIMIT @ListMax
            """,
            new
            {
                tx.ClientId,
                span.Start,
                span.End,
                person,
                ListMax,
            }
        );

    /// <summary>When the shifts of these people that stand begin, from the start up to the end.</summary>
    public static Task<IReadOnlyList<ShiftStart>> Starts(Tx tx, IEnumerable<Guid> people, Period span) =>
        tx.List<ShiftStart>(
            """
            SELECT s.person_id, s.start_time FROM unnest(@People::uuid[]) AS p (person_id)
            JOIN shifts s ON s.client_id = @ClientId AND s.person_id = p.person_id
            WHERE NOT s.cancelled AND s.start_time >= @Start AND s.start_time < @End
            """,
            new
            {
                tx.ClientId,
                People = people.ToArray(),
                span.Start,
                span.End,
            }
        );

    private static async Task<Refusal> Overlap(Tx tx, IReadOnlyList<Shift> shifts)
    {
        var other = await tx.One<Shift>(
            """
            SELECT s.* FROM shifts s
            JOIN unnest(@People::uuid[], @Starts::timestamptz[], @Ends::timestamptz[])
                AS n (person_id, start_time, end_time)
                ON n.person_id = s.person_id AND n.start_time < s.end_time AND s.start_time < n.end_time
            WHERE s.client_id = @ClientId AND NOT s.cancelled AND s.id <> ALL(@Ids::uuid[])
            ORDER BY s.start_time, s.id
            LIMIT 1
            """,
            new
            {
                tx.ClientId,
                Ids = shifts.Select(s => s.Id).ToArray(),
                People = shifts.Select(s => s.PersonId).ToArray(),
                Starts = shifts.Select(s => s.StartTime.UtcDateTime).ToArray(),
                Ends = shifts.Select(s => s.EndTime.UtcDateTime).ToArray(),
            }
        );
        return new(
            StatusCode.FailedPrecondition,
            Errors.ShiftOverlaps,
            "The person is on duty in a part of the span already.",
            ("shift", other?.Name ?? ""),
            ("person", Names.Person(other?.PersonId))
        );
    }
}

/// <summary>When a shift of a person begins.</summary>
internal sealed record ShiftStart
{
    public Guid PersonId { get; init; }
    public DateTimeOffset StartTime { get; init; }
}
