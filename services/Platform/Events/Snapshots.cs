using Mobility.Platform.Data;
using Mobility.Platform.V1;

namespace Mobility.Platform.Events;

/// <summary>
/// What the outbox no longer keeps, sent anew: of every subject the newest event of each type, under new numbers and
/// its own id, so that who has it ignores it. For a subscriber that was away longer than the outbox remembers, and for
/// a new one.
/// </summary>
public static class Snapshots
{
    /// <summary>Type of the event that says below which number snapshots stand for everything.</summary>
    internal static readonly string Announcement = SnapshotsRepublished.Descriptor.FullName;

    /// <summary>Rows queued at once: the locks stay short.</summary>
    private const int StepRows = 5_000;

    /// <summary>Queues all of them, and behind them the word that they stand for everything older.</summary>
    /// <param name="db">The service's database; its incarnation is known.</param>
    /// <param name="token">Cancels; what was queued stays queued.</param>
    /// <returns>How many were queued.</returns>
    public static async Task<int> Republish(Db db, CancellationToken token)
    {
        var coversBelow = await db.InTransaction(Db.AllClients, FirstAvailable, token);
        var (queued, after) = (0, 0L);
        while (
            await db.InTransaction(Db.AllClients, tx => Queue(tx, db.EventSource, after), token) is { Read: > 0 } step
        )
        {
            (queued, after) = (queued + step.Queued, step.Last);
        }
        await db.InTransaction(
            Db.AllClients,
            tx =>
            {
                tx.Publish(new SnapshotsRepublished { CoversBelow = coversBelow }, $"services/{db.ServiceName}");
                return Task.FromResult(true);
            },
            token
        );
        return queued;
    }

    /// <summary>
    /// Starts a new life of a database that was restored: its numbers begin anew under a new source, because those it
    /// gave out after the backup name other events, and its events tell of revisions above all former ones. What the
    /// outbox holds is published again; who has it ignores it.
    /// </summary>
    /// <param name="db">The service's database.</param>
    /// <param name="token">Cancels, and nothing is changed.</param>
    /// <returns>How many events will be published again.</returns>
    public static Task<int> RenewIncarnation(Db db, CancellationToken token) =>
        db.InTransaction(
            Db.AllClients,
            async tx =>
            {
                await OutboxRelay.LockCounter(tx);
                var id = Guid.CreateVersion7(tx.Now);
                // No resource changes a thousand times a second: no former life has come as far as this millisecond,
                // not even one that went back to an older backup.
                await tx.Execute(
                    """
                    UPDATE incarnation
                    SET id = @id, create_time = @Now, revision_base = greatest(revision_base + 1000000, @Millisecond)
                    """,
                    new
                    {
                        id,
                        tx.Now,
                        Millisecond = tx.Now.ToUnixTimeMilliseconds(),
                    }
                );
                await tx.Execute("""UPDATE outbox_counter SET last_sequence = 0""");
                // It says below which of the former life's numbers snapshots stand for everything: of the new one's
                // numbers that would be untrue, and losses among them would be forgotten.
                await tx.Execute("""DELETE FROM outbox WHERE type = @Announcement""", new { Announcement });
                return await tx.Execute(
                    """
                    UPDATE outbox SET sequence = NULL, publish_time = NULL,
                        envelope = (envelope - 'sequence') || jsonb_build_object('source', @Source::text)
                    """,
                    new { Source = $"{db.ServiceName}/{id}" }
                );
            },
            token
        );

    /// <summary>A source says that its snapshots stand for all numbers below one.</summary>
    internal static Task Heard(Tx tx, Delivery delivery, SnapshotsRepublished snapshots) =>
        tx.Execute(
            """
            INSERT INTO inbox_source
                (source, last_sequence, first_available, snapshot_below, snapshot_at, move_time, seen_time)
            VALUES (@Source, @Sequence, 1, @CoversBelow, @Sequence, @Now, @Now)
            ON CONFLICT (source) DO UPDATE SET
                snapshot_below = excluded.snapshot_below, snapshot_at = excluded.snapshot_at
            WHERE coalesce(inbox_source.snapshot_at, 0) < excluded.snapshot_at
            """,
            new
            {
                delivery.Source,
                delivery.Sequence,
                snapshots.CoversBelow,
                tx.Now,
            }
        );

    /// <summary>
    /// Closes holes that need no healing any more: those below snapshots that have all arrived, and those of a life of
    /// a database that a restore has ended, once all that its successor has is here.
    /// </summary>
    internal static async Task CloseHoles(Tx tx, DateTimeOffset silentBefore)
    {
        await tx.Execute(
            """
            UPDATE inbox_source AS s SET contiguous = s.snapshot_below - 1
            WHERE s.contiguous < s.snapshot_below - 1 AND s.snapshot_at - s.snapshot_below + 1 = (
                SELECT count(*) FROM inbox
                WHERE source = s.source AND sequence BETWEEN s.snapshot_below AND s.snapshot_at)
            """
        );
        await tx.Execute(
            """
            DELETE FROM inbox_hole AS h USING inbox_source AS s
            WHERE h.source = s.source AND h.last < s.snapshot_below AND s.contiguous >= s.snapshot_at AND NOT EXISTS (
                SELECT FROM inbox_hole AS o
                WHERE o.source = s.source AND o.last >= s.snapshot_below AND o.first <= s.snapshot_at)
            """
        );
        await tx.Execute(
            """
            WITH ended AS (
                SELECT former.source FROM inbox_source AS former, inbox_source AS present
                WHERE split_part(former.source, '/', 1) = split_part(present.source, '/', 1)
                    AND former.source <> present.source
                    AND former.seen_time < @silentBefore AND present.seen_time >= @silentBefore
                    AND present.contiguous = present.last_sequence
                    AND NOT EXISTS (SELECT FROM inbox_hole WHERE source = present.source)
            ), closed AS (
                UPDATE inbox_source AS s SET contiguous = s.last_sequence
                WHERE s.contiguous < s.last_sequence AND s.source IN (SELECT source FROM ended)
            )
            DELETE FROM inbox_hole WHERE source IN (SELECT source FROM ended)
            """,
            new { silentBefore }
        );
    }

    private static Task<long> FirstAvailable(Tx tx) =>
        tx.Scalar<long>(
            """SELECT coalesce((SELECT min(sequence) FROM outbox), last_sequence + 1) FROM outbox_counter"""
        );

    private static async Task<Step?> Queue(Tx tx, string source, long after)
    {
        var rows = await tx.List<long>(
            """SELECT id FROM outbox_newest WHERE id > @after ORDER BY id LIMIT @StepRows""",
            new { after, StepRows }
        );
        var queued = await tx.Execute(
            """
            INSERT INTO outbox (client_id, event_id, type, subject, envelope, create_time, first_id)
            SELECT client_id, event_id, type, subject,
                (envelope - 'sequence') || jsonb_build_object('source', @source::text), @Now, id
            FROM outbox_newest WHERE id = ANY(@Ids) ORDER BY id
            ON CONFLICT (event_id) DO NOTHING
            """,
            new
            {
                source,
                tx.Now,
                Ids = rows.ToArray(),
            }
        );
        return new Step(rows.Count, queued, rows.Count == 0 ? after : rows[^1]);
    }

    private sealed record Step(int Read, int Queued, long Last);
}
