using System.Collections.Concurrent;
using Mobility.Sidecar.Events;

namespace Mobility.Sidecar.Broker;

/// <summary>
/// The broker behind every pubsub.in-memory component of the process, shared by all its app ids. What is in it is lost
/// with the process.
/// </summary>
public sealed class InMemoryBroker(TimeProvider clock)
{
    /// <summary>How long a publisher waits for room in a full queue before it is told that publishing failed.</summary>
    public static readonly TimeSpan FullQueueWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string PubSub, string Topic), IReadOnlyList<SubscriptionQueue>> _queues =
        new();

    /// <summary>Gives a subscription its queue; what is published from now on reaches it.</summary>
    public SubscriptionQueue Subscribe(string pubsub, string topic)
    {
        var queue = new SubscriptionQueue();
        _queues.AddOrUpdate((pubsub, topic), [queue], (_, present) => [.. present, queue]);
        return queue;
    }

    /// <summary>
    /// Puts the message in the queue of every subscription; without any it is accepted and gone. False: a queue stayed
    /// full, and some subscriptions may have the message already, as with any at-least-once publisher that retries.
    /// </summary>
    public async Task<bool> Publish(string pubsub, string topic, Message message, CancellationToken token)
    {
        if (!_queues.TryGetValue((pubsub, topic), out IReadOnlyList<SubscriptionQueue>? queues))
            return true;
        using var patience = new CancellationTokenSource(FullQueueWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, token);
        try
        {
            foreach (SubscriptionQueue queue in queues)
                await queue.Add(message, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return false;
        }
    }
}
