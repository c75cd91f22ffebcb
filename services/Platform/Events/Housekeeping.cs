using Mobility.Platform.Data;

namespace Mobility.Platform.Events;

/// <summary>Deletes what is past its time, in bounded steps.</summary>
internal static class Housekeeping
{
    /// <summary>Published events are kept for replay this long; a consumer that was away longer starts from
    /// snapshots.</summary>
    private static readonly TimeSpan EventsKeptFor = TimeSpan.FromDays(14);

    /// <summary>A later version that knows the type is rolled out within this time.</summary>
    private static readonly TimeSpan UnknownKeptFor = TimeSpan.FromDays(7);

    /// <summary>Rows deleted at once: the locks stay short.</summary>
    private const int StepRows = 5_000;

    public static async Task Run(JobContext job)
    {
        while (await job.Db.InTransaction(Db.AllClients, Step, job.Token) >= StepRows)
        {
            // A full step leaves more behind; a service that writes much must not outgrow its housekeeping.
        }
    }

    /// <summary>Deletes a step of each table; the largest number of rows tells whether more may be left.</summary>
    private static async Task<int> Step(Tx tx)
    {
        var outbox = await tx.Scalar<int>(
            """
            WITH gone AS (
                DELETE FROM outbox WHERE id IN (
                    SELECT id FROM outbox WHERE create_time < @Before AND publish_time IS NOT NULL
                    ORDER BY id LIMIT @StepRows)
                RETURNING *
            ), newest AS (
                INSERT INTO outbox_newest (subject, type, id, client_id, event_id, envelope)
                SELECT DISTINCT ON (subject, type)
                    subject, type, coalesce(first_id, id), client_id, event_id, envelope
                FROM gone WHERE refusal IS NULL AND type <> @Announcement
                ORDER BY subject, type, coalesce(first_id, id) DESC
                ON CONFLICT (subject, type) DO UPDATE SET id = excluded.id, client_id = excluded.client_id,
                    event_id = excluded.event_id, envelope = excluded.envelope
                WHERE outbox_newest.id < excluded.id
            )
            SELECT count(*)::int FROM gone
            """,
            new
            {
                Before = tx.Now - EventsKeptFor,
                StepRows,
                Snapshots.Announcement,
            }
        );
        var inbox = await tx.Execute(
            """
            DELETE FROM inbox AS i USING (
                SELECT old.source, old.sequence FROM inbox AS old
                JOIN inbox_source AS s ON s.source = old.source
                WHERE old.apply_time < @Before AND old.sequence <= s.contiguous LIMIT @StepRows) AS gone
            WHERE i.source = gone.source AND i.sequence = gone.sequence
            """,
            new { Before = tx.Now - EventsKeptFor, StepRows }
        );
        await tx.Execute(
            """DELETE FROM inbox_unknown WHERE receive_time < @Before""",
            new { Before = tx.Now - UnknownKeptFor }
        );
        var once = await tx.Execute(
            """
            DELETE FROM once WHERE key IN (
                SELECT key FROM once
                WHERE create_time < @Before OR (create_time < @Day AND key LIKE '%|anonymous|%')
                ORDER BY create_time LIMIT @StepRows)
            """,
            new
            {
                Before = tx.Now - Once.KeptFor,
                Day = tx.Now - Once.AnonymousKeptFor,
                StepRows,
            }
        );
        return Math.Max(outbox, Math.Max(inbox, once));
    }
}
