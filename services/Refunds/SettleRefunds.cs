using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Mobility.Platform;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>
/// Brings refunds to the gateway's proof: what is approved through the fence, what is unconfirmed to an answer, what a dead
/// process left behind to a question. Several at a time; one that waits for the gateway holds up no other.
/// </summary>
public sealed class SettleRefunds
{
    public const string Job = "settle-refunds";
    public const string GatewayUrl = "MOBILITY_GATEWAY_URL";
    public const string GatewaySecret = "MOBILITY_GATEWAY_SECRET";

    /// <summary>Calls to the gateway at a time: a card answers within a second, so eight are hundreds a minute.</summary>
    private const int AtOnce = 8;

    /// <summary>How soon a refund that was approved while others wait for the gateway is seen.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private TossGateway? gateway;

    /// <summary>One run: returns when nothing is due any more.</summary>
    public async Task Run(JobContext job)
    {
        var steps = new RefundSteps(job, GatewayOf(job));
        var running = new Dictionary<Guid, Task>();
        var idle = new ConcurrentDictionary<Guid, bool>();
        var failures = new ConcurrentQueue<Exception>();
        while (!job.Token.IsCancellationRequested)
        {
            foreach (var due in await Due(job, [.. running.Keys, .. idle.Keys], AtOnce - running.Count))
            {
                running.Add(due.RefundId, Advance(steps, due, idle, failures));
            }
            if (running.Count == 0)
            {
                break;
            }
            await Task.WhenAny([.. running.Values, Task.Delay(Look, job.Clock, job.Token)]);
            foreach (var refundId in running.Where(pair => pair.Value.IsCompleted).Select(pair => pair.Key).ToList())
            {
                running.Remove(refundId);
            }
        }
        await Task.WhenAll(running.Values);
        if (failures.TryDequeue(out var first))
        {
            // The host logs it and runs the job again; the others were not held up.
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private static async Task Advance(
        RefundSteps steps,
        DueRow due,
        ConcurrentDictionary<Guid, bool> idle,
        ConcurrentQueue<Exception> failures
    )
    {
        try
        {
            if (await steps.Advance(due.ClientId, due.RefundId))
            {
                // What waited for this payment may go on.
                idle.Clear();
                return;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failures.Enqueue(e);
        }
        idle.TryAdd(due.RefundId, true);
    }

    private static Task<IReadOnlyList<DueRow>> Due(JobContext job, Guid[] except, int limit) =>
        job.Db.InTransaction(
            Db.AllClients,
            tx =>
                tx.List<DueRow>(
                    """
                    SELECT client_id, refund_id FROM refund
                    WHERE client_id = ANY(@Clients) AND next_time <= @Now AND refund_id <> ALL(@except)
                    ORDER BY next_time, refund_id LIMIT @limit
                    """,
                    new
                    {
                        Clients = job.Clients.All.Select(client => client.Id).ToArray(),
                        tx.Now,
                        except,
                        limit,
                    }
                ),
            job.Token
        );

    // One for the process: it keeps its connections.
    private TossGateway GatewayOf(JobContext job)
    {
        lock (gate)
        {
            return gateway ??= new TossGateway(
                new Uri(job.Settings.Own[GatewayUrl]),
                job.Settings.Own[GatewaySecret],
                job.Clock
            );
        }
    }

    private sealed record DueRow
    {
        public required string ClientId { get; init; }
        public required Guid RefundId { get; init; }
    }
}
