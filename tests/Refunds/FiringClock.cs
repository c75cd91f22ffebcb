namespace Mobility.Tests.Refunds;

/// <summary>A clock whose timers run out when the test says so, however slow the machine is.</summary>
public sealed class FiringClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(() => callback(state));
        lock (gate)
        {
            timers.Add(timer);
        }
        return timer;
    }

    /// <summary>Lets every timer run out that is still armed.</summary>
    public void Fire()
    {
        Timer[] armed;
        lock (gate)
        {
            armed = [.. timers];
            timers.Clear();
        }
        foreach (var timer in armed)
        {
            timer.Run();
        }
    }

    private sealed class Timer(Action run) : ITimer
    {
        private Action? callback = run;

        public void Run() => Interlocked.Exchange(ref callback, null)?.Invoke();

        public bool Change(TimeSpan dueTime, TimeSpan period) => callback is not null;

        public void Dispose() => callback = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
