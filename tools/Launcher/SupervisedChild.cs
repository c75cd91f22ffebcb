namespace Mobility.Launcher;

/// <summary>One child that is started again whenever it ends, until it is told to stop.</summary>
public sealed class SupervisedChild
{
    private readonly ChildSpec spec;
    private readonly Func<CancellationToken, Task> ready;
    private readonly Action<string> changed;
    private readonly TimeProvider clock;
    private readonly TimeSpan longestWait;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task loop;

    /// <summary>Starts the child.</summary>
    /// <param name="spec">How it is started.</param>
    /// <param name="ready">Completes when a just started child serves; cancelled when it ends before.</param>
    /// <param name="changed">Told in words of every change of state.</param>
    /// <param name="clock">Measures the waits.</param>
    /// <param name="longestWait">No wait before a restart is longer.</param>
    public SupervisedChild(
        ChildSpec spec,
        Func<CancellationToken, Task> ready,
        Action<string> changed,
        TimeProvider clock,
        TimeSpan? longestWait = null
    )
    {
        this.longestWait = longestWait ?? Backoff.Longest;
        this.spec = spec;
        this.ready = ready;
        this.changed = changed;
        this.clock = clock;
        loop = Loop();
    }

    public string Name => spec.Name;

    /// <summary>Its log, if it has one.</summary>
    public string? LogFile => spec.LogFile;

    /// <summary>Process id; null while none runs.</summary>
    public int? Pid { get; private set; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>`starting`, `ready`, `waiting` (for its restart) or `stopped`.</summary>
    public string State { get; private set; } = "starting";

    /// <summary>Completes when it is ready for the first time.</summary>
    public Task FirstReady => firstReady.Task;

    /// <summary>Ends it in good order, for good.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await loop;
    }

    private async Task Loop()
    {
        TimeSpan? wait = null;
        while (!stop.IsCancellationRequested)
        {
            var start = clock.GetTimestamp();
            var exit = await Live();
            if (stop.IsCancellationRequested)
            {
                break;
            }
            wait = Backoff.Next(wait, clock.GetElapsedTime(start), longestWait);
            Restarts++;
            Become("waiting", $"{Name} ended ({exit}); restart {Restarts} in {wait.Value.TotalSeconds:0} s");
            await Task.Delay(wait.Value, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        firstReady.TrySetCanceled();
        Become("stopped", $"{Name} stopped");
    }

    /// <summary>One life of the child; returns how it ended.</summary>
    private async Task<string> Live()
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            using var process = await Spawner.Start(spec);
            Pid = process.Id;
            Become("starting", $"{Name} started, pid {process.Id}");
            var watching = WatchReady(life.Token);
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await life.CancelAsync();
            await watching;
            await Children.Stop(process, spec.StopSignal, spec.HardSignal);
            return $"exit code {process.ExitCode}";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return e.Message;
        }
        finally
        {
            Pid = null;
        }
    }

    private async Task WatchReady(CancellationToken token)
    {
        try
        {
            await ready(token);
            Become("ready", $"{Name} is ready");
            firstReady.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // It ended or was stopped before it was ready.
        }
        catch (Exception e)
        {
            // Whatever is wrong with the question, the child itself stays under supervision.
            changed($"{Name} is not ready: {e.Message}");
        }
    }

    private void Become(string state, string words)
    {
        State = state;
        changed(words);
    }
}
