using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Platform.V1;

namespace Mobility.Platform.Events;

/// <summary>
/// Applies an event once: its key, its number, the handler's rows and events commit together. What can never be applied
/// is
/// parked, what this version does not know is kept; both are answered as taken. Anything else is thrown: the sidecar
/// retries.
/// </summary>
internal sealed class Inbox(Db db, AppPage page, ILogger log)
{
    private static readonly string SkippedType = Skipped.Descriptor.FullName;

    /// <summary>Applies, ignores, keeps or parks the event.</summary>
    public async Task Take(Delivery delivery, CancellationToken token)
    {
        if (!string.Equals(delivery.Publisher, delivery.Topic, StringComparison.Ordinal) || delivery.Sequence == 0)
        {
            await Park(delivery, "SOURCE_NOT_OWNER", "The source does not own the topic, or gave no number.", token);
            return;
        }
        if (string.Equals(delivery.Type, SkippedType, StringComparison.Ordinal))
        {
            await Once(delivery, "SKIPPED", _ => Task.CompletedTask, token);
            return;
        }
        if (!page.Events.TryGetValue(delivery.Type, out var line))
        {
            await Keep(delivery, token);
            return;
        }
        if (line.Handle is null)
        {
            await Once(delivery, "IGNORED", _ => Task.CompletedTask, token);
            return;
        }
        await Apply(delivery, line, token);
    }

    /// <summary>Parks an event: it waits for a person, and its number is filled.</summary>
    public async Task Park(Delivery delivery, string reason, string message, CancellationToken token)
    {
        log.EventParked(delivery.EventId, delivery.Type, delivery.Source, delivery.Sequence, reason);
        Metrics.EventsTaken.Add(1, new KeyValuePair<string, object?>("outcome", "PARKED"));
        await db.InTransaction(
            delivery.ClientId,
            async tx =>
            {
                await tx.Execute(
                    """
                    INSERT INTO inbox_parked
                        (event_id, client_id, source, sequence, type, subject, data, reason, message, park_time)
                    VALUES (@EventId, @ClientId, @Source, @Sequence, @Type, @Subject, @Bytes, @reason, @message, @Now)
                    ON CONFLICT (event_id) DO NOTHING
                    """,
                    new
                    {
                        delivery.EventId,
                        delivery.ClientId,
                        delivery.Source,
                        delivery.Sequence,
                        delivery.Type,
                        delivery.Subject,
                        delivery.Bytes,
                        reason,
                        message,
                        tx.Now,
                    }
                );
                // A forged source must not fill a number of the true one.
                if (delivery.Sequence > 0 && !string.Equals(reason, "SOURCE_NOT_OWNER", StringComparison.Ordinal))
                {
                    await Data.Once.TryTake(tx, KeyOf(delivery), Fingerprint(delivery));
                    await Number(tx, delivery, "PARKED");
                }
                return true;
            },
            token
        );
    }

    /// <summary>Applies what earlier versions kept because they did not know its type.</summary>
    public async Task ApplyKept(CancellationToken token)
    {
        var known = page.Events.Keys.ToArray();
        var kept = await db.InTransaction(
            Db.AllClients,
            tx =>
                tx.List<KeptRow>(
                    """
                    SELECT event_id, client_id, source, sequence, type, subject, data FROM inbox_unknown
                    WHERE type = ANY(@known) ORDER BY source, sequence LIMIT 1000
                    """,
                    new { known }
                ),
            token
        );
        foreach (var row in kept)
        {
            await db.InTransaction(
                Db.AllClients,
                tx => tx.Execute("""DELETE FROM inbox WHERE source = @Source AND sequence = @Sequence""", row),
                token
            );
            await Take(row.ToDelivery(), token);
            await db.InTransaction(
                Db.AllClients,
                tx => tx.Execute("""DELETE FROM inbox_unknown WHERE event_id = @EventId""", row),
                token
            );
        }
    }

    private async Task Apply(Delivery delivery, EventLine line, CancellationToken token)
    {
        try
        {
            var message = CloudEvent.ReadData(delivery.Data, line.Descriptor);
            await Once(delivery, "APPLIED", tx => line.Handle!(message, tx), token);
        }
        catch (Refusal e)
            when (e.Code is not (StatusCode.Unavailable or StatusCode.Aborted or StatusCode.ResourceExhausted))
        {
            await Park(delivery, e.Reason, e.Message, token);
        }
        catch (InvalidProtocolBufferException e)
        {
            await Park(delivery, "DATA_UNREADABLE", e.Message, token);
        }
        catch (InvalidJsonException e)
        {
            await Park(delivery, "DATA_UNREADABLE", e.Message, token);
        }
    }

    private async Task Once(Delivery delivery, string outcome, Func<Tx, Task> handle, CancellationToken token)
    {
        var first = await db.InTransaction(
            delivery.ClientId,
            async tx =>
            {
                if (!await Data.Once.TryTake(tx, KeyOf(delivery), Fingerprint(delivery)))
                {
                    return false;
                }
                await handle(tx);
                await Number(tx, delivery, outcome);
                return true;
            },
            token
        );
        Metrics.EventsTaken.Add(1, new KeyValuePair<string, object?>("outcome", first ? outcome : "REPEATED"));
        if (first)
        {
            log.EventTaken(delivery.EventId, delivery.Type, delivery.Source, delivery.Sequence, outcome);
        }
    }

    private async Task Keep(Delivery delivery, CancellationToken token)
    {
        log.EventUnknown(delivery.EventId, delivery.Type, delivery.Source, delivery.Sequence);
        Metrics.EventsTaken.Add(1, new KeyValuePair<string, object?>("outcome", "UNKNOWN"));
        await db.InTransaction(
            delivery.ClientId,
            async tx =>
            {
                await tx.Execute(
                    """
                    INSERT INTO inbox_unknown (event_id, client_id, source, sequence, type, subject, data, receive_time)
                    VALUES (@EventId, @ClientId, @Source, @Sequence, @Type, @Subject, @Bytes, @Now)
                    ON CONFLICT (event_id) DO NOTHING
                    """,
                    new
                    {
                        delivery.EventId,
                        delivery.ClientId,
                        delivery.Source,
                        delivery.Sequence,
                        delivery.Type,
                        delivery.Subject,
                        delivery.Bytes,
                        tx.Now,
                    }
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
            VALUES (@Source, @Sequence, @EventId, @ClientId, @Type, @outcome, @Now)
            ON CONFLICT (source, sequence) DO NOTHING
            """,
            new
            {
                delivery.Source,
                delivery.Sequence,
                delivery.EventId,
                delivery.ClientId,
                delivery.Type,
                outcome,
                tx.Now,
            }
        );

    private static string KeyOf(Delivery delivery) => $"event:{delivery.EventId}";

    private static byte[] Fingerprint(Delivery delivery) => SHA256.HashData(delivery.Bytes);

    private sealed class KeptRow
    {
        public Guid EventId { get; init; }
        public string ClientId { get; init; } = "";
        public string Source { get; init; } = "";
        public long Sequence { get; init; }
        public string Type { get; init; } = "";
        public string Subject { get; init; } = "";
        public byte[] Data { get; init; } = [];

        public Delivery ToDelivery() =>
            new(
                EventId,
                Source,
                Sequence,
                Type,
                Subject,
                ClientId,
                Source.Split('/', 2)[0],
                System.Text.Encoding.UTF8.GetString(Data)
            );
    }
}
