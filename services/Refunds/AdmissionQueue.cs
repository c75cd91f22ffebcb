using System.Collections.Concurrent;
using System.Diagnostics;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>
/// Requests under one delegation have to follow each other: what arrived while the last commit ran shares the next
/// transaction. No timer: a request that comes alone goes alone, and batches grow with the load. At most one admission
/// is under way for a vendor's delegation here; other processes have queues of their own, and the database's locks
/// alone keep all of them right (docs/decisions/0016-admission-in-batches.md).
/// </summary>
public sealed class AdmissionQueue
{
    /// <summary>Requests of one transaction. Beyond this each costs as much as the one before, and whoever stops the
    /// delegation waits for one transaction.</summary>
    public const int BatchMax = 256;

    /// <summary>Requests that wait. A process has fewer calls under way; those whose callers hung up wait on until
    /// their turn.</summary>
    private const int WaitingMax = 1_024;

    private readonly ConcurrentDictionary<(Db Db, string ClientId, string Vendor), Lane> lanes = new();

    /// <summary>Requests that wait for their turn now; those of the transaction under way are not among them.</summary>
    public int Waiting => lanes.Values.Sum(lane => lane.Waiting);

    /// <summary>Waits for its turn and for the commit.</summary>
    /// <param name="call">The call.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="key">What makes the request the same one.</param>
    /// <param name="asked">What is asked for.</param>
    /// <param name="alone">Does the same in a transaction of its own.</param>
    /// <exception cref="Refusal">RESOURCE_EXHAUSTED SERVICE_BUSY when too many wait; whatever the request is refused
    /// for.</exception>
    public Task<V1.Refund> Admit(
        Call call,
        string clientId,
        OnceKey key,
        RefundAsked asked,
        Func<Task<V1.Refund>> alone
    )
    {
        // By the token's word: it only says who waits with whom. Rows say which delegation decides.
        var lane = lanes.GetOrAdd((call.Db, clientId, call.Caller.Vendor ?? ""), at => new Lane(at.Db, at.ClientId));
        return lane.Admit(new Waiter(new AdmissionAsk(asked, call.Caller, Activity.Current), key, alone, call.Token));
    }

    private sealed record Waiter(AdmissionAsk Ask, OnceKey Key, Func<Task<V1.Refund>> Alone, CancellationToken Token)
    {
        public TaskCompletionSource<V1.Refund> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Lane(Db db, string clientId)
    {
        private readonly Lock gate = new();
        private readonly Queue<Waiter> waiting = new();
        private bool isBusy;

        public int Waiting
        {
            get
            {
                lock (gate)
                {
                    return waiting.Count;
                }
            }
        }

        public Task<V1.Refund> Admit(Waiter waiter)
        {
            lock (gate)
            {
                if (waiting.Count >= WaitingMax)
                {
                    throw Overload.Busy();
                }
                waiting.Enqueue(waiter);
                if (!isBusy)
                {
                    isBusy = true;
                    // The work is everybody's: it carries no caller's trace or context.
                    using (ExecutionContext.SuppressFlow())
                    {
                        _ = Task.Run(Work, CancellationToken.None);
                    }
                }
            }
            return waiter.Reply.Task;
        }

        private async Task Work()
        {
            while (Next() is { Count: > 0 } batch)
            {
                var run = Run(batch);
                await Ended(run);
                // Nobody waits for ever, whatever went wrong here.
                batch.ForEach(waiter => waiter.Reply.TrySetException(run.Exception ?? new AggregateException()));
            }
        }

        // Nobody waits for what came too late: it is dropped before it is admitted, never after.
        private List<Waiter> Next()
        {
            var batch = new Dictionary<string, Waiter>(StringComparer.Ordinal);
            lock (gate)
            {
                while (batch.Count < BatchMax && waiting.TryPeek(out var waiter) && !batch.ContainsKey(waiter.Key.Key))
                {
                    waiting.Dequeue();
                    if (waiter.Token.IsCancellationRequested)
                    {
                        waiter.Reply.TrySetCanceled(waiter.Token);
                    }
                    else
                    {
                        batch.Add(waiter.Key.Key, waiter);
                    }
                }
                isBusy = batch.Count > 0;
            }
            return [.. batch.Values];
        }

        private async Task Run(List<Waiter> batch)
        {
            Refusal?[] refused = new Refusal?[batch.Count];
            var run = Once.Batch<V1.Refund>(
                db,
                clientId,
                [.. batch.Select(waiter => waiter.Key)],
                async tx =>
                {
                    var outcomes = await Together(tx, batch);
                    refused = [.. outcomes.Select(outcome => outcome.Refusal)];
                    return [.. outcomes.Select(outcome => outcome.Row is { } row ? RefundWire.Of(row) : null)];
                }
            );
            await Ended(run);
            // A database that is away, or a commit that got no answer, is everybody's. Anything else one of them may
            // have spoiled: each finds out alone.
            var common =
                run.Exception?.InnerException is { } e && DatabaseErrors.PassingReason(e) is not null ? e : null;
            foreach (var (n, waiter) in batch.Index())
            {
                if ((run.IsCompletedSuccessfully ? refused[n] : common) is { } error)
                {
                    waiter.Reply.SetException(error);
                }
                else if (run.IsCompletedSuccessfully && run.Result[n] is { } reply)
                {
                    waiter.Reply.SetResult(reply);
                }
                else
                {
                    var alone = waiter.Alone();
                    await Ended(alone);
                    waiter.Reply.SetFromTask(alone);
                }
            }
        }

        // Whatever became of it is told to who waits for it, and the next go on.
        private static async Task Ended(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        private static async Task<IReadOnlyList<AdmissionOutcome>> Together(Tx tx, List<Waiter> batch)
        {
            Func<IReadOnlyList<string>> known = () => [];
            Func<IReadOnlyList<Guid>> asked = () => [];
            return await Admission.Admit(
                tx,
                [.. batch.Select(waiter => waiter.Ask)],
                round =>
                {
                    known = Once.Known(round, batch.Select(waiter => waiter.Key));
                    asked = RefundTable.Asked(round, tx, [.. batch.Select(waiter => waiter.Ask)]);
                },
                () =>
                {
                    var (knownKeys, askedIds) = (known().ToHashSet(StringComparer.Ordinal), asked().ToHashSet());
                    return n =>
                        !knownKeys.Contains(batch[n].Key.Key)
                        && !askedIds.Contains(batch[n].Ask.Asked.RequestId!.Value);
                }
            );
        }
    }
}
