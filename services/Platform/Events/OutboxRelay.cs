using Dapr;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Data;
using Mobility.Platform.V1;

namespace Mobility.Platform.Events;

/// <summary>
/// Publishes the outbox in order. A number is given out in a transaction that commits before anything is sent, so two
/// relays may send one message twice and never two messages under one number.
/// </summary>
internal sealed class OutboxRelay(Db db, Broker broker, TimeProvider clock, ILogger log)
{
    /// <summary>Rows of one round: large enough to drain a backlog, small enough to repeat after a kill.</summary>
    private const int BatchRows = 200;

    /// <summary>What the broker has and the outbox does not know yet: the next round notes it.</summary>
    private readonly List<long> sent = [];

    private bool brokerWasAway;

    /// <summary>Numbers and publishes until nothing is left or the broker is away.</summary>
    public async Task Run(JobContext job)
    {
        while (!job.Token.IsCancellationRequested)
        {
            var rows = await db.InTransaction(Db.AllClients, NextBatch, job.Token);
            sent.Clear();
            if (rows.Count == 0 || !await Publish(rows, job.Token))
            {
                return;
            }
        }
    }

    /// <summary>One commit a round: it notes what the last one sent and gives out the numbers of the next.</summary>
    private async Task<IReadOnlyList<Row>> NextBatch(Tx tx)
    {
        await AssignSequences(tx);
        if (sent.Count > 0)
        {
            await tx.Execute(
                """UPDATE outbox SET publish_time = @Now WHERE sequence = ANY(@Sequences)""",
                new { tx.Now, Sequences = sent.ToArray() }
            );
        }
        return await tx.List<Row>(
            """
            SELECT sequence, event_id AS EventId, type, envelope::text AS envelope, refusal FROM outbox
            WHERE publish_time IS NULL AND sequence IS NOT NULL ORDER BY sequence LIMIT @BatchRows
            """,
            new { BatchRows }
        );
    }

    /// <summary>One numbers at a time. A table, as who waits in a query keeps alive all rows that die.</summary>
    internal static Task<int> LockCounter(Tx tx) => tx.Execute("""LOCK TABLE outbox_counter IN EXCLUSIVE MODE""");

    private static async Task AssignSequences(Tx tx)
    {
        var waiting = await tx.One<long?>("""SELECT id FROM outbox WHERE sequence IS NULL LIMIT 1""");
        if (waiting is null)
        {
            return;
        }
        KillPoint.Reach("outbox.before-assign");
        await LockCounter(tx);
        await tx.Execute(
            """
            WITH batch AS (
                SELECT id, row_number() OVER (ORDER BY id) AS n FROM
                    (SELECT id FROM outbox WHERE sequence IS NULL ORDER BY id LIMIT @BatchRows) AS unnumbered
            ), counter AS (
                UPDATE outbox_counter SET last_sequence = last_sequence + (SELECT count(*) FROM batch)
                RETURNING last_sequence - (SELECT count(*) FROM batch) AS before
            )
            UPDATE outbox SET sequence = counter.before + batch.n,
                envelope = envelope || jsonb_build_object('sequence', (counter.before + batch.n)::text)
            FROM batch, counter WHERE outbox.id = batch.id
            """,
            new { BatchRows }
        );
    }

    /// <summary>Sends the rows in order; false when the broker is away, so that the rest waits.</summary>
    private async Task<bool> Publish(IReadOnlyList<Row> rows, CancellationToken token)
    {
        foreach (var row in rows)
        {
            try
            {
                KillPoint.Reach("outbox.after-assign");
                await Send(row, token);
                KillPoint.Reach("outbox.after-publish");
                Metrics.EventsPublished.Add(1);
                sent.Add(row.Sequence);
            }
            catch (DaprException e) when (row.Refusal is null && IsRefusedForGood(e))
            {
                // The next round sends its number as skipped, with all that waits behind it.
                await Park(row, e.InnerException?.Message ?? e.Message, token);
                break;
            }
            catch (DaprException e)
            {
                BrokerAway(e);
                return false;
            }
        }
        brokerWasAway = false;
        return true;
    }

    private Task Send(Row row, CancellationToken token) =>
        broker.Publish(db.ServiceName, row.Refusal is null ? row.Envelope : SkippedEnvelope(row), token);

    private string SkippedEnvelope(Row row)
    {
        var skipped = new Skipped { EventId = row.EventId.ToString(), Reason = row.Refusal };
        var (id, now) = (row.EventId, clock.GetUtcNow());
        var envelope = CloudEvent.Envelope(skipped, id, $"events/{id}", Db.AllClients, db.EventSource, now);
        envelope["sequence"] = row.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return envelope.ToJsonString();
    }

    private Task<int> Park(Row row, string reason, CancellationToken token)
    {
        log.EventRefusedByBroker(row.EventId, row.Type, reason);
        return db.InTransaction(
            Db.AllClients,
            tx =>
                tx.Execute(
                    """UPDATE outbox SET refusal = @Refusal WHERE sequence = @Sequence""",
                    new { row.Sequence, Refusal = reason }
                ),
            token
        );
    }

    // A component that is not there is a matter of configuration and passes; a body or a topic that is refused stays
    // refused.
    private static bool IsRefusedForGood(DaprException error) =>
        error.InnerException is RpcException { StatusCode: StatusCode.InvalidArgument } rpc
        && !rpc.Status.Detail.Contains("is not found", StringComparison.OrdinalIgnoreCase);

    private void BrokerAway(DaprException error)
    {
        if (!brokerWasAway)
        {
            log.BrokerAway(error.InnerException?.Message ?? error.Message);
            brokerWasAway = true;
        }
    }

    private sealed record Row(long Sequence, Guid EventId, string Type, string Envelope, string? Refusal);
}
