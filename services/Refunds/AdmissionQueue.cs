using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>
/// Requests under one delegation have to follow each other: what arrived while the last commit ran shares the next
/// transaction. No timer: a request that comes alone goes alone, and batches grow with the load. At most one admission
/// that somebody asked for is under way for a vendor's delegation here; automatic refunds and other processes pass by,
/// and the database's locks alone keep all of them right (docs/decisions/0016-admission-in-batches.md).
/// </summary>
public sealed class AdmissionQueue
{
    /// <summary>Requests of one transaction. Beyond this each costs as much as the one before, and whoever stops the
    /// delegation waits for one transaction.</summary>
    public const int BatchMax = 256;

    /// <summary>Requests that wait: those whose callers still wait, and a process has fewer calls under way.</summary>
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
        private readonly LinkedList<Waiter> waiting = new();
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

        public async Task<V1.Refund> Admit(Waiter waiter)
        {
            var place = Enter(waiter);
            try
            {
                // Who hangs up leaves the door too, so that a delegation that is locked for long keeps nobody out of
                // the process. What has its locks by then is seen through; its key tells.
                return await waiter.Reply.Task.WaitAsync(waiter.Token);
            }
            finally
            {
                Leave(place);
            }
        }

        private LinkedListNode<Waiter> Enter(Waiter waiter)
        {
            lock (gate)
            {
                if (waiting.Count >= WaitingMax)
                {
                    throw Overload.Busy();
                }
                var place = waiting.AddLast(waiter);
                if (!isBusy)
                {
                    isBusy = true;
                    // The work is everybody's: it carries no caller's trace or context.
                    using (ExecutionContext.SuppressFlow())
                    {
                        _ = Task.Run(Work, CancellationToken.None);
                    }
                }
                return place;
            }
        }

        private void Leave(LinkedListNode<Waiter> place)
        {
            lock (gate)
            {
                // Whose turn came has left already.
                place.List?.Remove(place);
            }
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

        // Nobody waits for what came too late: it is dropped before it is admitted, never after. A repeat of what goes
        // now waits for the reply, and holds up nobody behind it.
        private List<Waiter> Next()
        {
            var batch = new Dictionary<string, Waiter>(StringComparer.Ordinal);
            lock (gate)
            {
                for (var place = waiting.First; place is not null && batch.Count < BatchMax; )
                {
                    var (here, waiter) = (place, place.Value);
                    place = place.Next;
                    if (waiter.Token.IsCancellationRequested || batch.TryAdd(waiter.Key.Key, waiter))
                    {
                        waiting.Remove(here);
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
            var common = run.Exception?.InnerException is { } e && IsEverybodys(e) ? e : null;
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

        // A database that is away, or a commit that got no answer, is everybody's. Anything else one of them may have
        // spoiled: each finds out alone.
        private static bool IsEverybodys(Exception error) =>
            error is Refusal refusal
                ? refusal.Code is StatusCode.Unavailable or StatusCode.Aborted or StatusCode.ResourceExhausted
                : DatabaseErrors.PassingReason(error) is not null;

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
                    // Nothing is written yet: for whom nobody waits any more, nothing will be.
                    return n =>
                        !batch[n].Token.IsCancellationRequested
                        && !knownKeys.Contains(batch[n].Key.Key)
                        && !askedIds.Contains(batch[n].Ask.Asked.RequestId!.Value);
                }
            );
        }
    }
}
