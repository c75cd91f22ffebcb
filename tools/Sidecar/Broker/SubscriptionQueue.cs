using Mobility.Sidecar.Events;

namespace Mobility.Sidecar.Broker;

/// <summary>
/// The messages of one app and one topic, in order of arrival, bounded in number and bytes. A full queue makes the
/// publisher wait while messages leave it; one that nobody empties loses its oldest, so that it holds up nobody else.
/// </summary>
public sealed class SubscriptionQueue(int maxMessages = 10_000, long maxBytes = 64 * 1024 * 1024)
{
    private readonly Lock _lock = new();
    private readonly Queue<Message> _messages = [];
    private TaskCompletionSource _arrived = NewSignal();
    private TaskCompletionSource _freed = NewSignal();
    private long _bytes;
    private int _dropped;

    /// <summary>Messages waiting.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _messages.Count;
        }
    }

    /// <summary>Adds at the end, waiting for room; cancelled means that it was not added. Once messages were dropped,
    /// nobody waits again until one is taken.</summary>
    public async Task Add(Message message, CancellationToken token)
    {
        while (true)
        {
            Task freed;
            lock (_lock)
            {
                if (Fits(message) || _dropped > 0)
                {
                    Enqueue(message);
                    return;
                }
                freed = _freed.Task;
            }
            await freed.WaitAsync(token);
        }
    }

    /// <summary>Adds at the end, in the place of the oldest where there is no room. True when this begins to drop
    /// messages.</summary>
    public bool Force(Message message)
    {
        lock (_lock)
        {
            int before = _dropped;
            Enqueue(message);
            return before == 0 && _dropped > 0;
        }
    }

    /// <summary>Waits until a message is there; it stays in the queue.</summary>
    public async Task WaitForMessage(CancellationToken token)
    {
        while (true)
        {
            Task arrived;
            lock (_lock)
            {
                if (_messages.Count > 0)
                    return;
                arrived = _arrived.Task;
            }
            await arrived.WaitAsync(token);
        }
    }

    /// <summary>Removes the oldest message; null when there is none.</summary>
    /// <param name="dropped">How many were dropped before it since the last one was taken.</param>
    public Message? TryTake(out int dropped)
    {
        lock (_lock)
        {
            (dropped, _dropped) = (_dropped, 0);
            if (_messages.Count == 0)
                return null;
            Message message = Dequeue();
            _freed.TrySetResult();
            _freed = NewSignal();
            if (_messages.Count == 0 && _arrived.Task.IsCompleted)
                _arrived = NewSignal();
            return message;
        }
    }

    // A message larger than the bound still passes through an empty queue.
    private bool Fits(Message message) =>
        _messages.Count == 0 || (_messages.Count < maxMessages && _bytes + message.Body.Length <= maxBytes);

    private void Enqueue(Message message)
    {
        for (; !Fits(message); _dropped++)
            Dequeue();
        _messages.Enqueue(message);
        _bytes += message.Body.Length;
        _arrived.TrySetResult();
    }

    private Message Dequeue()
    {
        Message message = _messages.Dequeue();
        _bytes -= message.Body.Length;
        return message;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
