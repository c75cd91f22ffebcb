using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Platform.V1;

namespace Mobility.Platform.Events;

/// <summary>
/// Applies an event once: its key, its number, the handler's rows and events commit together. What can never be
/// applied is parked, what this version does not know is kept; both are answered as taken. Anything else is thrown: the
/// sidecar retries.
/// </summary>
internal sealed class Inbox(Db db, AppPage page, ILogger log)
{
    private const string NotOwner = "SOURCE_NOT_OWNER";

    /// <summary>Kept events read at once.</summary>
    private const int KeptRows = 1_000;

    private static readonly string SkippedType = Skipped.Descriptor.FullName;

    /// <summary>Applies, ignores, keeps or parks the event.</summary>
    public Task Take(Delivery delivery, CancellationToken token)
    {
        if (!delivery.OwnsTopic || delivery.Sequence == 0)
        {
            return Park(delivery, NotOwner, "The source does not own the topic, or gave no number.", token);
        }
        if (string.Equals(delivery.Type, SkippedType, StringComparison.Ordinal))
        {
            return Once(delivery, "SKIPPED", _ => Task.CompletedTask, token);
        }
        if (string.Equals(delivery.Type, Snapshots.Announcement, StringComparison.Ordinal))
        {
            var snapshots = (SnapshotsRepublished?)CloudEvent.TryRead(delivery.Data, SnapshotsRepublished.Descriptor);
            return Once(delivery, "APPLIED", tx => Snapshots.Heard(tx, delivery, snapshots ?? new()), token);
        }
        if (!page.Events.TryGetValue(delivery.Type, out var line))
        {
            return Keep(delivery, token);
        }
        return line.Handle is null
            ? Once(delivery, "IGNORED", _ => Task.CompletedTask, token)
            : Apply(delivery, line, token);
    }

    /// <summary>Parks what the sidecar gave up delivering, or a forgery that nobody could look at in time.</summary>
    public Task TakeDeadLetter(Delivery delivery, CancellationToken token) =>
        delivery.OwnsTopic || delivery.Topic.StartsWith("dead-letter-", StringComparison.Ordinal)
            ? Park(delivery, "DEAD_LETTER", "The sidecar gave up delivering it.", token)
            : Park(delivery, NotOwner, "The source does not own the topic.", token);

    /// <summary>Parks an event: it waits for a person, and its number is filled. One that was applied is not parked:
    /// the sidecar may give up although its last try succeeded.</summary>
    private async Task Park(Delivery delivery, string reason, string message, CancellationToken token)
    {
        var parked = await db.InTransaction(
            delivery.ClientId,
            async tx =>
            {
                // A forged source must not fill a number of the true one.
                if (delivery.Sequence > 0 && !string.Equals(reason, NotOwner, StringComparison.Ordinal))
                {
                    var first = await Data.Once.TryTake(tx, KeyOf(delivery));
                    await Number(tx, delivery, "PARKED");
                    if (!first)
                    {
                        return false;
                    }
                }
                await tx.Execute(
                    """
                    INSERT INTO inbox_parked
                        (event_id, client_id, source, sequence, type, subject, data, reason, message, park_time)
                    VALUES (@EventId, @ClientId, @Source, @Sequence, @Type, @Subject, @Data, @Reason, @Message, @Now)
                    ON CONFLICT (event_id) DO NOTHING
                    """,
                    Args(delivery, tx, reason: reason, message: message)
                );
                return true;
            },
            token
        );
        Metrics.EventsTaken.Add(1, new KeyValuePair<string, object?>("outcome", parked ? "PARKED" : "REPEATED"));
        if (parked)
        {
            log.EventParked(delivery, reason);
        }
    }

    /// <summary>Applies what earlier versions kept because they did not know its type, and what a person
    /// unparked.</summary>
    public async Task ApplyKept(CancellationToken token)
    {
        var known = page.Events.Keys.ToArray();
        int read;
        do
        {
            var rows = await db.InTransaction(
                Db.AllClients,
                tx =>
                    tx.List<Delivery>(
                        """
                        SELECT event_id AS EventId, client_id AS ClientId, source, sequence, type, subject, data,
                            split_part(source, '/', 1) AS topic FROM inbox_unknown
                        WHERE type = ANY(@known) ORDER BY source, sequence LIMIT @KeptRows
                        """,
                        new { known, KeptRows }
                    ),
                token
            );
            foreach (var kept in rows)
            {
                await ApplyKept(kept, token);
            }
            read = rows.Count;
        } while (read == KeptRows);
    }

    private async Task ApplyKept(Delivery delivery, CancellationToken token)
    {
        try
        {
            await Take(delivery, token);
        }
        catch (Exception e)
            when (e is not (OperationCanceledException or OutOfMemoryException)
                && DatabaseErrors.PassingReason(e) is null
            )
        {
            // Nobody delivers it again and makes a dead letter of it, and it must not hold up the rest.
            log.EventFailed(e, delivery);
            await Park(delivery, "HANDLER_FAILED", "Its handler failed when a kept event was applied.", token);
        }
        await db.InTransaction(
            Db.AllClients,
            tx => tx.Execute("""DELETE FROM inbox_unknown WHERE event_id = @EventId""", delivery),
            token
        );
    }

    private async Task Apply(Delivery delivery, EventLine line, CancellationToken token)
    {
        if (CloudEvent.TryRead(delivery.Data, line.Descriptor) is not { } message)
        {
            await Park(delivery, "DATA_UNREADABLE", "The data is not JSON of its type.", token);
            return;
        }
        try
        {
            await Once(delivery, "APPLIED", tx => line.Handle!(message, tx), token);
        }
        catch (Refusal e)
            when (e.Code is not (StatusCode.Unavailable or StatusCode.Aborted or StatusCode.ResourceExhausted))
        {
            await Park(delivery, e.Reason, e.Message, token);
        }
    }

    private async Task Once(Delivery delivery, string outcome, Func<Tx, Task> handle, CancellationToken token)
    {
        var first = await db.InTransaction(
            delivery.ClientId,
            async tx =>
            {
                var fresh = await Data.Once.TryTake(tx, KeyOf(delivery));
                if (fresh)
                {
                    await handle(tx);
                }
                // A repeat fills its number too: a restored publisher sends the same event under a new one.
                await Number(tx, delivery, outcome);
                KillPoint.Reach("inbox.before-commit");
                return fresh;
            },
            token
        );
        KillPoint.Reach("inbox.after-commit");
        Metrics.EventsTaken.Add(1, new KeyValuePair<string, object?>("outcome", first ? outcome : "REPEATED"));
        if (first)
        {
            log.EventTaken(delivery, outcome);
        }
    }

    private async Task Keep(Delivery delivery, CancellationToken token)
    {
        log.EventUnknown(delivery);
        Metrics.EventsTaken.Add(1, new KeyValuePair<string, object?>("outcome", "UNKNOWN"));
        await db.InTransaction(
            delivery.ClientId,
            async tx =>
            {
                await tx.Execute(
                    """
                    INSERT INTO inbox_unknown (event_id, client_id, source, sequence, type, subject, data, receive_time)
                    VALUES (@EventId, @ClientId, @Source, @Sequence, @Type, @Subject, @Data, @Now)
                    ON CONFLICT (event_id) DO NOTHING
                    """,
                    Args(delivery, tx)
                );
                await Number(tx, delivery, "UNKNOWN");
                return true;
            },
            token
        );
    }

    private static Task<int> Number(Tx tx, Delivery delivery, string outcome) =>
        tx.Execute(
            """
            INSERT INTO inbox (source, sequence, event_id, client_id, type, outcome, apply_time)
            VALUES (@Source, @Sequence, @EventId, @ClientId, @Type, @Outcome, @Now)
            ON CONFLICT (source, sequence) DO UPDATE SET outcome = excluded.outcome, apply_time = excluded.apply_time
            WHERE inbox.outcome = 'UNKNOWN'
            """,
            Args(delivery, tx, outcome)
        );

    private static object Args(Delivery d, Tx tx, string outcome = "", string reason = "", string message = "") =>
        new
        {
            d.EventId,
            d.ClientId,
            d.Source,
            d.Sequence,
            d.Type,
            d.Subject,
            d.Data,
            tx.Now,
            Outcome = outcome,
            Reason = reason,
            // PostgreSQL takes no NUL in a text.
            Message = message.Replace('\0', ' '),
        };

    private static OnceKey KeyOf(Delivery delivery) => new($"event:{delivery.EventId}", SHA256.HashData(delivery.Data));
}
