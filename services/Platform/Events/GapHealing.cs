using System.Text;
using Dapr;
using Dapr.Client;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Data;
using Mobility.Platform.V1;

namespace Mobility.Platform.Events;

/// <summary>
/// Finds and heals holes. A publisher says on the topic "control" how far it has numbered; a consumer that misses a
/// number
/// for longer than one round asks for it again. So a broker that loses messages costs delay and no data.
/// </summary>
internal sealed class GapHealing(Db db, DaprClient dapr, Settings settings, TimeProvider clock, ILogger log)
{
    /// <summary>Topic of watermarks and replay requests.</summary>
    public const string ControlTopic = "control";

    /// <summary>Numbers asked for at once: a wiped broker is refilled in steps, not in one flood.</summary>
    private const int ReplayMax = 1_000;

    private HashSet<(string Source, long First)> seenBefore = [];

    /// <summary>Says how far this service has numbered its events.</summary>
    public async Task SendWatermark(JobContext job)
    {
        var row = await db.InTransaction(
            Db.AllClients,
            tx =>
                tx.One<WatermarkRow>(
                    """
                    SELECT last_sequence, coalesce((SELECT min(sequence) FROM outbox), last_sequence + 1)
                        AS first_available
                    FROM outbox_counter
                    """
                ),
            job.Token
        );
        var mark = new Watermark
        {
            Source = db.EventSource,
            Last = row!.LastSequence,
            FirstAvailable = row.FirstAvailable,
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
                log.HoleBeyondRepair(hole.Source, hole.First, hole.Last);
                continue;
            }
            log.HoleFound(hole.Source, hole.First, hole.Last);
            var ask = new ReplayRequested
            {
                Source = hole.Source,
                FirstSequence = Math.Max(hole.First, hole.FirstAvailable),
                LastSequence = Math.Min(hole.Last, hole.First + ReplayMax - 1),
            };
            await Send(ask, job.Token);
        }
        seenBefore = [.. holes.Select(h => (h.Source, h.First))];
    }

    /// <summary>Takes a watermark or a replay request. Control events are hints: they need no key and may be
    /// lost.</summary>
    public Task Take(Delivery delivery, CancellationToken token)
    {
        if (string.Equals(delivery.Type, Watermark.Descriptor.FullName, StringComparison.Ordinal))
        {
            var mark = (Watermark)CloudEvent.ReadData(delivery.Data, Watermark.Descriptor);
            var owns = string.Equals(mark.Source, delivery.Source, StringComparison.Ordinal);
            return owns && !string.Equals(mark.Source, db.EventSource, StringComparison.Ordinal)
                ? Remember(mark, token)
                : Task.CompletedTask;
        }
        if (string.Equals(delivery.Type, ReplayRequested.Descriptor.FullName, StringComparison.Ordinal))
        {
            var ask = (ReplayRequested)CloudEvent.ReadData(delivery.Data, ReplayRequested.Descriptor);
            return string.Equals(ask.Source, db.EventSource, StringComparison.Ordinal)
                ? Replay(ask, token)
                : Task.CompletedTask;
        }
        return Task.CompletedTask;
    }

    private Task<bool> Remember(Watermark mark, CancellationToken token) =>
        db.InTransaction(
            Db.AllClients,
            async tx =>
            {
                await tx.Execute(
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
                );
                return true;
            },
            token
        );

    private async Task<bool> Replay(ReplayRequested ask, CancellationToken token)
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
                        AND publish_time < @Settled
                    """,
                    new
                    {
                        ask.FirstSequence,
                        ask.LastSequence,
                        ReplayMax,
                        // What was sent a moment ago is under way: sending it again would only feed a flood.
                        Settled = tx.Now - TimeSpan.FromSeconds(2),
                    }
                );
            },
            token
        );
        log.Replayed(ask.FirstSequence, ask.LastSequence, again);
        return true;
    }

    private static async Task<IReadOnlyList<Hole>> FindHoles(Tx tx)
    {
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
        return await tx.List<Hole>(
            """
            SELECT source, first, last, first_available FROM (
                SELECT s.source, s.first_available, have.sequence - 1 AS last,
                    lag(have.sequence, 1, s.contiguous) OVER (PARTITION BY s.source ORDER BY have.sequence) + 1 AS first
                FROM inbox_source AS s CROSS JOIN LATERAL (
                    SELECT sequence FROM inbox
                        WHERE source = s.source AND sequence > s.contiguous AND sequence <= s.last_sequence
                    UNION ALL SELECT s.last_sequence + 1) AS have
                WHERE s.contiguous < s.last_sequence) AS gaps
            WHERE first <= last ORDER BY source, first LIMIT 20
            """
        );
    }

    private async Task Send(IMessage message, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var subject = $"services/{db.ServiceName}";
        var envelope = CloudEvent.Envelope(
            message,
            Guid.CreateVersion7(now),
            subject,
            Db.AllClients,
            db.EventSource,
            now
        );
        try
        {
            await dapr.PublishByteEventAsync(
                settings.Pubsub,
                ControlTopic,
                Encoding.UTF8.GetBytes(envelope.ToJsonString()),
                CloudEvent.ContentType,
                cancellationToken: token
            );
        }
        catch (DaprException)
        {
            // The relay tells of a broker that is away; the next round says the same again.
            Metrics.ControlEventsUnsent.Add(1);
        }
    }

    private sealed class WatermarkRow
    {
        public long LastSequence { get; init; }
        public long FirstAvailable { get; init; }
    }

    private sealed class Hole
    {
        public string Source { get; init; } = "";
        public long First { get; init; }
        public long Last { get; init; }
        public long FirstAvailable { get; init; }
    }
}
