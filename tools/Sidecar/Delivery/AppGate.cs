namespace Mobility.Sidecar.Delivery;

/// <summary>Open while the application may be sent messages; closed until it is first seen healthy.</summary>
public sealed class AppGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
            _opened.TrySetResult();
    }

    public void Close()
    {
        lock (_lock)
        {
            if (_opened.Task.IsCompleted)
                _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public Task WaitUntilOpen(CancellationToken token)
    {
        lock (_lock)
            return _opened.Task.WaitAsync(token);
    }
}
