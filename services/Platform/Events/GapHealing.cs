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

    /// <summary>A source that has said nothing for so long is a life of a database that a restore has ended: nobody
    /// answers for it.</summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromHours(1);

    /// <summary>A publisher speaks every two seconds: after a minute beside a successor it is a life that has
    /// ended.</summary>
    private static readonly TimeSpan EndedFor = TimeSpan.FromMinutes(1);

    private readonly HashSet<(string Source, long First)> toldBeyondRepair = [];
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
        var holes = await db.InTransaction(Db.AllClients, FindHoles, job.Token);
        foreach (var hole in holes.Where(h => seenBefore.Contains((h.Source, h.First))))
        {
            if (hole.Last < hole.FirstAvailable)
            {
                if (toldBeyondRepair.Add((hole.Source, hole.First)))
                {
                    log.HoleBeyondRepair(hole.Source, hole.First, hole.Last);
                }
                continue;
            }
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
                    INSERT INTO inbox_source (source, last_sequence, first_available, seen_time)
                    VALUES (@Source, @Last, @FirstAvailable, @Now)
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

    private static async Task<IReadOnlyList<Hole>> FindHoles(Tx tx)
    {
        // The lock comes in a statement of its own: the next statement's snapshot then sees how far another replica
        // has just come.
        await tx.Execute("""SELECT source FROM inbox_source ORDER BY source FOR UPDATE""");
        await tx.Execute(
            """
            UPDATE inbox_source AS s SET contiguous = coalesce((
                SELECT max(run.sequence) FROM (
                    SELECT sequence, row_number() OVER (ORDER BY sequence) AS n FROM inbox
                    WHERE source = s.source AND sequence > s.contiguous ORDER BY sequence LIMIT 20000) AS run
                WHERE run.sequence = s.contiguous + run.n), s.contiguous)
            WHERE s.contiguous < s.last_sequence
            """
        );
        await Snapshots.CloseHoles(tx, tx.Now - EndedFor);
        return await tx.List<Hole>(
            """
            SELECT source, first, last, first_available AS FirstAvailable FROM (
                SELECT s.source, s.first_available, have.sequence - 1 AS last,
                    lag(have.sequence, 1, s.contiguous) OVER (PARTITION BY s.source ORDER BY have.sequence) + 1 AS first
                FROM inbox_source AS s CROSS JOIN LATERAL (
                    SELECT sequence FROM inbox
                        WHERE source = s.source AND sequence > s.contiguous AND sequence <= s.last_sequence
                    UNION ALL SELECT s.last_sequence + 1) AS have
                WHERE s.contiguous < s.last_sequence AND s.seen_time > @HeardSince) AS gaps
            WHERE first <= last ORDER BY last < first_available, source, first LIMIT 20
            """,
            new { HeardSince = tx.Now - SilentFor }
        );
    }

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
}
