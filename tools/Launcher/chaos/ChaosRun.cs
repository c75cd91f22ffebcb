using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mobility.Launcher;

/// <summary>A kill that was armed, and what came of it.</summary>
internal sealed class ChaosShot(ChaosKill kill)
{
    public ChaosKill Kill { get; } = kill;
    public string Name => Kill.Point.Name;
    public bool IsArmed { get; set; }

    /// <summary>How many steps were done when it fired; null when it did not.</summary>
    public int? FiredAfter { get; set; }

    /// <summary>When it fired, by the weekend's clock.</summary>
    public string Time { get; set; } = "";
    public string InFlight { get; set; } = "";
}

/// <summary>Arms the kills of a plan while a weekend is played, fires those from outside, and keeps what was
/// hit.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    /// <summary>A chaos run on a system of its own waits no longer for a part: dozens of kills would cost half an
    /// hour.</summary>
    public static readonly TimeSpan LongestRestartWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>A part that is not started again within this time is no longer waited for.</summary>
    private static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(60);

    /// <summary>Longer than the deadline of a call of the gateway (6 s) and than that of a caller (8 s).</summary>
    private static readonly TimeSpan FreezeTime = TimeSpan.FromSeconds(10);

    private readonly RunFolder run;
    private readonly RunState state;
    private readonly TimeProvider clock;
    private readonly Action<string> say;
    private readonly ChaosPlan plan;
    private readonly List<ChaosShot> shots;
    private readonly ConcurrentQueue<ChaosShot> outside = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<Task> watching = [];
    private int done;

    public ChaosRun(RunState state, RunFolder run, TimeProvider clock, ChaosPlan plan, Action<string> say)
    {
        (this.state, this.run, this.clock, this.plan, this.say) = (state, run, clock, plan, say);
        shots = [.. plan.Kills.Select(kill => new ChaosShot(kill))];
    }

    /// <summary>Points that never fired, a sentence each; complete once it was ended.</summary>
    public IReadOnlyList<string> Findings =>
        [.. shots.Where(shot => shot.FiredAfter is null).Select(shot => $"kill point {shot.Name} never fired")];

    /// <summary>The end of the demo's last line.</summary>
    public string Summary =>
        $"chaos: seed {plan.Seed}, {shots.Count(shot => shot.FiredAfter is not null)} of {shots.Count} fired";

    public void Begin()
    {
        run.ClearKillPoints();
        Stepped(0);
        watching.Add(WatchInside());
        watching.Add(WatchOutside());
    }

    /// <summary>Arms what is due.</summary>
    public void Stepped(int steps)
    {
        lock (gate)
        {
            done = Math.Max(done, steps);
            foreach (var shot in shots.Where(shot => !shot.IsArmed && shot.Kill.AfterStep <= done))
            {
                shot.IsArmed = true;
                if (shot.Kill.Point.Kind == ChaosKind.Inside)
                {
                    File.Create(FileOf(shot)).Dispose();
                }
                else
                {
                    outside.Enqueue(shot);
                }
            }
        }
    }

    /// <summary>Disarms what is left.</summary>
    public async Task End()
    {
        await stop.CancelAsync();
        await Task.WhenAll(watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var shot in shots.Where(shot => shot.FiredAfter is null && File.Exists(Fired(shot))))
        {
            Keep(shot, shot.Kill.Point.InFlight);
        }
        run.ClearKillPoints();
    }

    /// <summary>Every kill: when it was armed and fired, and what it hit.</summary>
    public string Told() =>
        Table.Of([
            ["kill point", "armed after", "fired after", "at", "in flight"],
            .. shots.Select(shot =>
                new[]
                {
                    shot.Name,
                    shot.IsArmed ? $"step {shot.Kill.AfterStep}" : "-",
                    shot.FiredAfter is { } step ? $"step {step}" : "NEVER",
                    shot.Time,
                    shot.InFlight,
                }
            ),
        ]);

    public async ValueTask DisposeAsync()
    {
        await End();
        stop.Dispose();
    }

    private async Task WatchInside()
    {
        await using var sight = new ChaosSight(state);
        while (!stop.IsCancellationRequested)
        {
            foreach (var shot in Waiting().Where(shot => File.Exists(Fired(shot))))
            {
                var seen = $"{await sight.Look(stop.Token)}";
                Keep(shot, seen == "" ? shot.Kill.Point.InFlight : $"{shot.Kill.Point.InFlight}; {seen}");
            }
            await Task.Delay(Pause, TimeProvider.System, stop.Token);
        }
    }

    private IReadOnlyList<ChaosShot> Waiting()
    {
        lock (gate)
        {
            return
            [
                .. shots.Where(shot => shot is { IsArmed: true, FiredAfter: null, Kill.Point.Kind: ChaosKind.Inside }),
            ];
        }
    }

    /// <summary>One after the other, so that each hits a system that has its parts.</summary>
    private async Task WatchOutside()
    {
        await using var sight = new ChaosSight(state);
        while (!stop.IsCancellationRequested)
        {
            if (outside.TryPeek(out var shot) && await Fire(shot, sight))
            {
                outside.TryDequeue(out _);
            }
            await Task.Delay(Pause, TimeProvider.System, stop.Token);
        }
    }

    private async Task<bool> Fire(ChaosShot shot, ChaosSight sight)
    {
        var point = shot.Kill.Point;
        if (
            Part(point.Part) is not { Pid: { } pid, State: "ready" }
            || await sight.Look(stop.Token) is not { } seen
            || !seen.Concerns(point)
            || !Signals.Send(pid, point.Signal)
        )
        {
            return false;
        }
        switch (point.Kind)
        {
            case ChaosKind.Freeze:
                Keep(shot, $"{seen}; for {FreezeTime.TotalSeconds:0} s");
                await Thaw(pid);
                return true;
            case ChaosKind.Restart when await KillAgain(point.Part, pid) is { } words:
                Keep(shot, $"{seen}; again when it {words}");
                return true;
            case ChaosKind.Restart:
                return false;
            default:
                Keep(shot, $"{seen}");
                return true;
        }
    }

    private async Task Thaw(int pid)
    {
        try
        {
            await Task.Delay(FreezeTime, TimeProvider.System, stop.Token);
        }
        finally
        {
            Signals.Send(pid, Signals.Continue);
        }
    }

    /// <summary>Kills the next process of a part as soon as there is one.</summary>
    /// <returns>In which state it was; null when none came.</returns>
    private async Task<string?> KillAgain(string name, int former)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < RestartPatience)
        {
            if (Part(name) is { Pid: { } pid } part && pid != former && Signals.Send(pid, Signals.Kill))
            {
                return part.State == "starting" ? "started" : $"was {part.State}";
            }
            await Task.Delay(Pause, TimeProvider.System, stop.Token);
        }
        return null;
    }

    /// <summary>The part as the launcher, perhaps in another process, has written it down.</summary>
    private PartState? Part(string name)
    {
        var parts = run.ReadState()?.Parts ?? [];
        // With daprd each service has a sidecar of its own.
        return parts.FirstOrDefault(part => part.Name == name)
            ?? parts.FirstOrDefault(part =>
                name == "sidecar" && part.Name.StartsWith("daprd-", StringComparison.Ordinal)
            );
    }

    private void Keep(ChaosShot shot, string inFlight)
    {
        lock (gate)
        {
            (shot.FiredAfter, shot.Time, shot.InFlight) = (done, DemoIds.Shown(clock.GetUtcNow()), inFlight);
        }
        say($"           {shot.Time[4..]}  chaos: {shot.Name}, {inFlight}");
    }

    private string FileOf(ChaosShot shot) => Path.Combine(run.KillPoints, shot.Name);

    private string Fired(ChaosShot shot) => FileOf(shot) + ".fired";
}
