using Mobility.Sidecar.Events;

namespace Mobility.Sidecar.Broker;

/// <summary>
/// The messages of one app and one topic, in order of arrival. Bounded in number and bytes; a full queue makes the
/// publisher wait, and nothing is ever thrown out.
/// </summary>
public sealed class SubscriptionQueue(int maxMessages = 10_000, long maxBytes = 64 * 1024 * 1024)
{
    private readonly Lock _lock = new();
    private readonly Queue<Message> _messages = [];
    private TaskCompletionSource _arrived = NewSignal();
    private TaskCompletionSource _freed = NewSignal();
    private long _bytes;

    /// <summary>Messages waiting.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _messages.Count;
        }
    }

    /// <summary>Adds at the end, waiting for room; cancelled means that it was not added.</summary>
    public async Task Add(Message message, CancellationToken token)
    {
        while (true)
        {
            Task freed;
            lock (_lock)
            {
                // A message larger than the bound still passes through an empty queue.
                bool fits =
                    _messages.Count == 0 || (_messages.Count < maxMessages && _bytes + message.Body.Length <= maxBytes);
                if (fits)
                {
                    _messages.Enqueue(message);
                    _bytes += message.Body.Length;
                    _arrived.TrySetResult();
                    return;
                }
                freed = _freed.Task;
            }
            await freed.WaitAsync(token);
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

    /// <summary>Removes the oldest message. The queue must not be empty.</summary>
    public Message Take()
    {
        lock (_lock)
        {
            Message message = _messages.Dequeue();
            _bytes -= message.Body.Length;
            _freed.TrySetResult();
            _freed = NewSignal();
            if (_messages.Count == 0 && _arrived.Task.IsCompleted)
                _arrived = NewSignal();
            return message;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
