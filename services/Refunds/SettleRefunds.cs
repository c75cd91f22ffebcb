using Mobility.Platform;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>
/// Brings refunds to the gateway's proof: what is approved through the fence, what is unconfirmed to an answer, what a
/// dead process left behind to a question; and ends the wait of those that nobody agreed to in time or that a stop
/// withdrew. Several at a time; one that waits for the gateway holds up no other.
/// </summary>
public sealed class SettleRefunds(int atOnce = SettleRefunds.UsuallyAtOnce)
{
    public const string Job = "settle-refunds";
    public const string GatewayUrl = "MOBILITY_GATEWAY_URL";
    public const string GatewaySecret = "MOBILITY_GATEWAY_SECRET";

    /// <summary>Calls to the gateway at a time: a card answers within a second,
    /// so eight are hundreds a minute.</summary>
    public const int UsuallyAtOnce = 8;

    /// <summary>What is looked at for each that is taken, so that a few processes mostly take others.</summary>
    private const int DuesForEach = 4;

    /// <summary>How soon a refund that was approved while others wait for the gateway is seen.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private Dispatcher? dispatcher;
    private GatewayHours? hours;

    /// <summary>One run: returns when nothing is due any more.</summary>
    public async Task Run(JobContext job)
    {
        var steps = new RefundSteps(job, DispatcherOf(job), HoursOf(job));
        var running = new Dictionary<Guid, Task<bool>>();
        var idle = new HashSet<Guid>();
        Task? failed = null;
        IReadOnlyList<DueRow> dues;
        try
        {
            do
            {
                dues = await Due(job, [.. running.Keys, .. idle], atOnce - running.Count);
                foreach (var due in dues)
                {
                    running.Add(due.RefundId, steps.Advance(due.ClientId, due.RefundId));
                }
                await Task.WhenAny([.. running.Values, Pause(job, running.Count)]);
                failed = Collect(running, idle) ?? failed;
            } while (running.Count + dues.Count > 0 && !job.Token.IsCancellationRequested);
        }
        finally
        {
            // A stop waits for steps that are under way: the gateway may have answered already.
            await Task.WhenAll(running.Values);
        }
        // The host logs a failure and runs the job again; the others were not held up.
        await (failed ?? Task.CompletedTask);
    }

    private static Task Pause(JobContext job, int running) =>
        running == 0 ? Task.CompletedTask : Task.Delay(Look, job.Clock, job.Token);

    /// <summary>Takes out the steps that ended; returns one that failed.</summary>
    private static Task? Collect(Dictionary<Guid, Task<bool>> running, HashSet<Guid> idle)
    {
        Task? failed = null;
        foreach (var (refundId, step) in running.Where(pair => pair.Value.IsCompleted).ToList())
        {
            running.Remove(refundId);
            failed = step.IsFaulted ? step : failed;
            if (step is { IsCompletedSuccessfully: true, Result: true })
            {
                // What waited for its payment may go on.
                idle.Clear();
            }
            else
            {
                idle.Add(refundId);
            }
        }
        return failed;
    }

    /// <summary>
    /// What to look at now. Each kind by an index of its own: what waits for people may be much, and a look at it would
    /// cost with its length; what a stop reaches is looked up delegation by delegation, where a join read all that
    /// waits. Taken from those that wait longest and not in their order: each process has this job, and all would begin
    /// with the same.
    /// </summary>
    private async Task<IReadOnlyList<DueRow>> Due(JobContext job, Guid[] except, int count)
    {
        if (count == 0)
        {
            return [];
        }
        var limit = atOnce == 1 ? 1 : atOnce * DuesForEach;
        var rows = await job.Db.InTransaction(
            Db.AllClients,
            tx =>
            {
                // With the commit: looking is often all that is done.
                tx.Last.One<string>(AdmissionRows.KeepPlans);
                var dues = tx.Last.List<DueRow>(
                    """
                    SELECT client_id, refund_id FROM (
                        SELECT n.client_id, n.refund_id, n.next_time FROM unnest(@Clients::text[]) AS c (client_id)
                        CROSS JOIN LATERAL (
                            SELECT r.client_id, r.refund_id, r.next_time FROM refund r
                            WHERE r.client_id = c.client_id AND r.next_time <= @Now AND r.refund_id <> ALL(@except)
                            ORDER BY r.next_time, r.refund_id LIMIT @limit) AS n
                        UNION
                        SELECT r.client_id, r.refund_id, r.next_time FROM refund r
                        WHERE r.client_id = ANY(@Clients) AND r.reread_time <= @Now
                        UNION
                        SELECT w.client_id, w.refund_id, w.next_time FROM (
                            SELECT client_id, delegation_id,
                                epoch + CASE state WHEN 'Active' THEN 0 ELSE 1 END AS stopped_below
                            FROM delegation WHERE client_id = ANY(@Clients) OFFSET 0) AS d
                        CROSS JOIN LATERAL (
                            SELECT r.client_id, r.refund_id, r.next_time FROM refund r
                            WHERE r.client_id = d.client_id AND r.delegation_id = d.delegation_id
                                AND r.epoch < d.stopped_below
                                AND (r.state IN ('AwaitingApproval', 'AwaitingEvidence')
                                    OR r.state = 'Approved' AND r.gateway_code <> '')
                                AND r.refund_id <> ALL(@except)
                            ORDER BY r.epoch LIMIT @limit) AS w) AS due
                    WHERE refund_id <> ALL(@except)
                    ORDER BY coalesce(next_time > @Now, true), next_time, refund_id LIMIT @limit
                    """,
                    new
                    {
                        Clients = job.Clients.All.Select(client => client.Id).ToArray(),
                        tx.Now,
                        except,
                        limit,
                    }
                );
                return Task.FromResult(dues);
            },
            job.Token
        );
        var dues = rows().ToArray();
        Random.Shared.Shuffle(dues);
        return [.. dues.Take(count)];
    }

    // One for the process: it keeps its connections and what it knows of the gateway.
    private Dispatcher DispatcherOf(JobContext job)
    {
        lock (gate)
        {
            var (url, secret) = (new Uri(job.Settings.Own[GatewayUrl]), job.Settings.Own[GatewaySecret]);
            var payments = new CircuitBreaker("payments", job.Clock);
            var acts = new CircuitBreaker("back-office", job.Clock);
            return dispatcher ??= new Dispatcher(
                new TossGateway(url, secret, job.Clock, payments),
                payments,
                new BackOffice(url, secret, job.Clock, acts),
                acts
            );
        }
    }

    // As they were when the process began.
    private GatewayHours HoursOf(JobContext job)
    {
        lock (gate)
        {
            return hours ??= GatewayHours.Read(job.Settings);
        }
    }

    private sealed record DueRow
    {
        public required string ClientId { get; init; }
        public required Guid RefundId { get; init; }
    }
}
