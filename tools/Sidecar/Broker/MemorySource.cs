using Mobility.Sidecar.Delivery;
using Mobility.Sidecar.Events;

namespace Mobility.Sidecar.Broker;

/// <summary>A queue in this process: one message after the other, and a taken one is in nobody else's hands.</summary>
public sealed class MemorySource(SubscriptionQueue queue, string topic, ILogger logger) : IMessageSource
{
    public int Workers => 1;

    public int Waiting => queue.Count;

    public Task WaitForMessage(CancellationToken token) => queue.WaitForMessage(token);

    public Taken? TryTake()
    {
        Message? message = queue.TryTake(out int dropped);
        if (dropped > 0)
            Log.QueueDropped(logger, topic, dropped);
        return message is null ? null : new Held(message);
    }

    /// <summary>Nothing to fetch: publishers of this process fill the queue.</summary>
    public Task Run(AppGate gate, CancellationToken stopping) =>
        Task.Delay(Timeout.InfiniteTimeSpan, stopping)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private sealed class Held(Message message) : Taken(message)
    {
        public override Task Accept() => Task.CompletedTask;

        public override Task<string> Reject() => Task.FromResult("gone");

        public override Task<bool> GiveBack() => Task.FromResult(false);
    }
}
