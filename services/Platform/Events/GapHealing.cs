using Dapr;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Data;
using Mobility.Platform.V1;

namespace Mobility.Platform.Events;

/// <summary>
/// Finds and heals holes. A publisher says on the topic "control" how far it has numbered; a consumer that misses a
/// number for longer than one round asks for it again. So a broker that loses messages costs delay and no data.
/// </summary>
internal sealed class GapHealing(Db db, Broker broker, AppPage page, TimeProvider clock, ILogger log)
{
    /// <summary>Topic of watermarks and replay requests.</summary>
    public const string ControlTopic = "control";

    /// <summary>Numbers asked for at once: a wiped broker is refilled in steps, not in one flood.</summary>
    private const int ReplayMax = 1_000;

    /// <summary>Numbers of each source looked at in a round, above what is complete: the lock stays short however much
    /// lies there.</summary>
    private const int WindowRows = 20_000;

    /// <summary>How long what is complete has to stand before numbers that are gone for good: what the broker kept for
    /// an absent subscriber, longer than their source, comes without such a pause.</summary>
    private static readonly TimeSpan StandsFor = TimeSpan.FromSeconds(5);

    /// <summary>A source that has said nothing for so long is a life of a database that a restore has ended: nobody
    /// answers for it.</summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromHours(1);

    /// <summary>A publisher speaks every two seconds: after a minute beside a successor it is a life that has
    /// ended.</summary>
    private static readonly TimeSpan EndedFor = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> beyondRepair = new(StringComparer.Ordinal);
    private HashSet<(string Source, long First)> seenBefore = [];

    /// <summary>Says how far this service has numbered its events.</summary>
    public async Task SendWatermark(JobContext job)
    {
        var (last, first) = await db.InTransaction(
            Db.AllClients,
            tx =>
                tx.One<(long, long)>(
                    """
                    SELECT last_sequence, coalesce((SELECT min(sequence) FROM outbox), last_sequence + 1)
                    FROM outbox_counter
                    """
                ),
            job.Token
        );
        var mark = new Watermark
        {
            Source = db.EventSource,
            Last = last,
            FirstAvailable = first,
        };
        await Send(mark, job.Token);
    }

    /// <summary>Asks for numbers that are missing now and were missing one round ago.</summary>
    public async Task AskForHoles(JobContext job)
    {
        var (passed, missing, holes) = await db.InTransaction(Db.AllClients, FindHoles, job.Token);
        foreach (var (source, first, last, count) in passed)
        {
            log.HoleBeyondRepair(source, first, last, count);
        }
        foreach (var (source, count) in missing)
        {
            var more = count - beyondRepair.GetValueOrDefault(source);
            Metrics.EventsBeyondRepair.Add(more, new KeyValuePair<string, object?>("source", source));
            beyondRepair[source] = count;
        }
        foreach (var hole in holes.Where(h => seenBefore.Contains((h.Source, h.First))))
        {
            log.HoleFound(hole.Source, hole.First, hole.Last);
            var first = Math.Max(hole.First, hole.FirstAvailable);
            var ask = new ReplayRequested
            {
                Source = hole.Source,
                FirstSequence = first,
                LastSequence = Math.Min(hole.Last, first + ReplayMax - 1),
            };
            await Send(ask, job.Token);
        }
        seenBefore = [.. holes.Select(h => (h.Source, h.First))];
    }

    /// <summary>Takes a watermark or a replay request. Control events are hints: they need no key and may be
    /// lost, as one that cannot be read is.</summary>
    public Task Take(Delivery delivery, CancellationToken token)
    {
        if (string.Equals(delivery.Type, Watermark.Descriptor.FullName, StringComparison.Ordinal))
        {
            var mark = (Watermark?)CloudEvent.TryRead(delivery.Data, Watermark.Descriptor);
            var owns = string.Equals(mark?.Source, delivery.Source, StringComparison.Ordinal);
            // All hear control, also the marks of those whose events go to others.
            return owns && page.Hears(delivery.Source) ? Remember(mark!, token) : Task.CompletedTask;
        }
        if (string.Equals(delivery.Type, ReplayRequested.Descriptor.FullName, StringComparison.Ordinal))
        {
            var ask = (ReplayRequested?)CloudEvent.TryRead(delivery.Data, ReplayRequested.Descriptor);
            return string.Equals(ask?.Source, db.EventSource, StringComparison.Ordinal)
                ? Replay(ask!, token)
                : Task.CompletedTask;
        }
        return Task.CompletedTask;
    }

    private Task<int> Remember(Watermark mark, CancellationToken token) =>
        db.InTransaction(
            Db.AllClients,
            tx =>
                tx.Execute(
                    """
                    INSERT INTO inbox_source (source, last_sequence, first_available, move_time, seen_time)
                    VALUES (@Source, @Last, @FirstAvailable, @Now, @Now)
                    ON CONFLICT (source) DO UPDATE SET
                        last_sequence = greatest(inbox_source.last_sequence, excluded.last_sequence),
                        first_available = excluded.first_available, seen_time = excluded.seen_time
                    """,
                    new
                    {
                        mark.Source,
                        mark.Last,
                        mark.FirstAvailable,
                        tx.Now,
                    }
                ),
            token
        );

    private async Task Replay(ReplayRequested ask, CancellationToken token)
    {
        var again = await db.InTransaction(
            Db.AllClients,
            tx =>
            {
                tx.Wake(Tx.RelayJob);
                return tx.Execute(
                    """
                    UPDATE outbox SET publish_time = NULL
                    WHERE sequence BETWEEN @FirstSequence AND least(@LastSequence, @FirstSequence + @ReplayMax - 1)
                        AND publish_time NOT BETWEEN @Settled AND @Now
                    """,
                    new
                    {
                        ask.FirstSequence,
                        ask.LastSequence,
                        ReplayMax,
                        // What was sent a moment ago is under way: sending it again would only feed a flood. What was
                        // sent later than now was sent before the clock was put back.
                        Settled = tx.Now - TimeSpan.FromSeconds(2),
                        tx.Now,
                    }
                );
            },
            token
        );
        log.Replayed(ask.FirstSequence, ask.LastSequence, again);
    }

    private static async Task<Round> FindHoles(Tx tx)
    {
        // The lock comes in a statement of its own: the next statement's snapshot then sees how far another replica
        // has just come.
        await tx.Execute("""SELECT source FROM inbox_source ORDER BY source FOR UPDATE""");
        await tx.Execute(
            """
            UPDATE inbox_source AS s SET contiguous = run.upto, move_time = @Now FROM (
                SELECT o.source, (
                    SELECT max(own.sequence) FROM (
                        SELECT sequence, row_number() OVER (ORDER BY sequence) AS n FROM inbox
                        WHERE source = o.source AND sequence > o.contiguous ORDER BY sequence LIMIT @WindowRows) AS own
                    WHERE own.sequence = o.contiguous + own.n) AS upto
                FROM inbox_source AS o WHERE o.contiguous < o.last_sequence) AS run
            WHERE s.source = run.source AND run.upto > s.contiguous
            """,
            new { WindowRows, tx.Now }
        );
        await Snapshots.CloseHoles(tx, tx.Now - EndedFor);
        var passed = await PassBeyondRepair(tx);
        var missing = await tx.List<(string, long)>(
            """
            SELECT s.source, coalesce(sum(h.missing), 0)::bigint
            FROM inbox_source AS s LEFT JOIN inbox_hole AS h ON h.source = s.source
            GROUP BY s.source ORDER BY s.seen_time DESC LIMIT 100
            """
        );
        var holes = await tx.List<Hole>(
            """
            SELECT source, first, last, first_available AS FirstAvailable FROM (
                SELECT s.source, s.first_available, have.sequence - 1 AS last,
                    lag(have.sequence, 1, s.contiguous) OVER (PARTITION BY s.source ORDER BY have.sequence) + 1 AS first
                FROM inbox_source AS s CROSS JOIN LATERAL (
                    (SELECT sequence FROM inbox
                        WHERE source = s.source AND sequence > s.contiguous AND sequence <= s.last_sequence
                        ORDER BY sequence LIMIT @WindowRows)
                    UNION ALL SELECT s.last_sequence + 1 ORDER BY sequence LIMIT @WindowRows) AS have
                WHERE s.contiguous < s.last_sequence AND s.seen_time > @HeardSince) AS gaps
            WHERE first <= last AND last >= first_available
            ORDER BY row_number() OVER (PARTITION BY source ORDER BY first), source LIMIT 20
            """,
            new { WindowRows, HeardSince = tx.Now - SilentFor }
        );
        return new Round(passed, missing, holes);
    }

    /// <summary>Lets what is complete go on behind numbers that their source no longer has: they are remembered, but
    /// what came after them need not be kept for ever, nor looked through in each round.</summary>
    private static Task<IReadOnlyList<(string, long, long, long)>> PassBeyondRepair(Tx tx) =>
        tx.List<(string, long, long, long)>(
            """
            WITH have AS (
                SELECT s.source, own.sequence,
                    lag(own.sequence, 1, s.contiguous) OVER (PARTITION BY s.source ORDER BY own.sequence) AS before
                FROM inbox_source AS s
                CROSS JOIN LATERAL (SELECT least(s.first_available, s.last_sequence + 1) AS upto) AS gone
                CROSS JOIN LATERAL (
                    (SELECT sequence FROM inbox
                        WHERE source = s.source AND sequence > s.contiguous AND sequence < gone.upto
                        ORDER BY sequence LIMIT @WindowRows)
                    UNION ALL SELECT gone.upto ORDER BY sequence LIMIT @WindowRows) AS own
                WHERE s.contiguous + 1 < gone.upto AND s.move_time NOT BETWEEN @Standing AND @Now
            ), passed AS (
                UPDATE inbox_source AS s SET contiguous = upto.sequence - 1
                FROM (SELECT source, max(sequence) AS sequence FROM have GROUP BY source) AS upto
                WHERE s.source = upto.source
            )
            INSERT INTO inbox_hole (source, last, first, missing, find_time)
            SELECT source, max(sequence) - 1, min(before) + 1, sum(sequence - before - 1)::bigint, @Now FROM have
            WHERE sequence > before + 1 GROUP BY source
            ON CONFLICT (source, last) DO NOTHING
            RETURNING source, first, last, missing
            """,
            new
            {
                WindowRows,
                // What moved later than now moved before the clock was put back.
                Standing = tx.Now - StandsFor,
                tx.Now,
            }
        );

    private async Task Send(IMessage message, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var subject = $"services/{db.ServiceName}";
        var envelope = CloudEvent.Envelope(message, id, subject, Db.AllClients, db.EventSource, now);
        try
        {
            await broker.Publish(ControlTopic, envelope.ToJsonString(), token);
        }
        catch (DaprException)
        {
            // The relay tells of a broker that is away; the next round says the same again.
            Metrics.ControlEventsUnsent.Add(1);
        }
    }

    private sealed record Hole(string Source, long First, long Last, long FirstAvailable);

    private sealed record Round(
        IReadOnlyList<(string Source, long First, long Last, long Missing)> Passed,
        IReadOnlyList<(string Source, long Missing)> Missing,
        IReadOnlyList<Hole> Holes
    );
}
