using System.Collections.Concurrent;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar.Broker;

/// <summary>
/// The broker behind a pubsub.in-memory component, shared by all app ids of the process. What is in it is lost with the
/// process.
/// </summary>
public sealed class InMemoryBroker(TimeProvider clock) : IBroker
{
    /// <summary>How long a publisher waits for room in a full queue before it is told that publishing failed.</summary>
    public static readonly TimeSpan FullQueueWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, IReadOnlyList<SubscriptionQueue>> _queues = new(
        StringComparer.Ordinal
    );

    public IMessageSource Subscribe(Subscription subscription)
    {
        var queue = new SubscriptionQueue();
        _queues.AddOrUpdate(subscription.Topic, [queue], (_, present) => [.. present, queue]);
        return new MemorySource(queue);
    }

    public Task Connect(CancellationToken token) => Task.CompletedTask;

    /// <summary>
    /// Puts the message in the queue of every subscription; without any it is accepted and gone. When a queue stayed
    /// full, some subscriptions may have the message already, as with any at-least-once publisher that retries.
    /// </summary>
    public async Task<string?> Publish(string topic, Message message, CancellationToken token)
    {
        if (!_queues.TryGetValue(topic, out IReadOnlyList<SubscriptionQueue>? queues))
            return null;
        using var patience = new CancellationTokenSource(FullQueueWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, token);
        try
        {
            foreach (SubscriptionQueue queue in queues)
                await queue.Add(message, either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return "a subscription's queue is full";
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
