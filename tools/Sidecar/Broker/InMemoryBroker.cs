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
    /// <summary>How long a publisher waits for room in a full queue before the oldest message makes room: long enough
    /// for an app that is slow, for one that is away it is waited once.</summary>
    public static readonly TimeSpan FullQueueWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, IReadOnlyList<Line>> _lines = new(StringComparer.Ordinal);

    public IMessageSource Subscribe(Subscription subscription, ILogger logger)
    {
        var line = new Line(new SubscriptionQueue(), logger);
        _lines.AddOrUpdate(subscription.Topic, [line], (_, present) => [.. present, line]);
        return new MemorySource(line.Queue, subscription.Topic, logger);
    }

    public Task Connect(CancellationToken token) => Task.CompletedTask;

    /// <summary>
    /// Puts the message in the queue of every subscription; without any it is accepted and gone. An app that is away
    /// loses the oldest of its own queue, as with any broker that may lose messages, and the others lose nothing.
    /// </summary>
    public async Task<string?> Publish(string topic, Message message, CancellationToken token)
    {
        foreach (Line line in _lines.GetValueOrDefault(topic, []))
        {
            using var patience = new CancellationTokenSource(FullQueueWait, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, token);
            try
            {
                await line.Queue.Add(message, either.Token);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                if (line.Queue.Force(message))
                    Log.QueueFull(line.Logger, topic, line.Queue.Count);
            }
        }
        return null;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A queue, and the log of the app that should empty it.</summary>
    private sealed record Line(SubscriptionQueue Queue, ILogger Logger);
}
