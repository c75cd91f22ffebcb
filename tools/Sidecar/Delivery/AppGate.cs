namespace Mobility.Sidecar.Delivery;

/// <summary>Open while the application may be sent messages; closed until it is first seen healthy.</summary>
public sealed class AppGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _opened = NewSignal();
    private TaskCompletionSource _closed = NewSignal();

    public AppGate() => _closed.SetResult();

    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _opened.Task.IsCompleted;
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            if (_opened.TrySetResult())
                _closed = NewSignal();
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            if (_closed.TrySetResult())
                _opened = NewSignal();
        }
    }

    public Task WaitUntilOpen(CancellationToken token)
    {
        lock (_lock)
            return _opened.Task.WaitAsync(token);
    }

    public Task WaitUntilClosed(CancellationToken token)
    {
        lock (_lock)
            return _closed.Task.WaitAsync(token);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
