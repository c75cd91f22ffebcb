using System.Collections.Concurrent;
using Mobility.Launcher;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class SupervisorTests
{
    private static readonly TimeSpan Patience = Poll.Patience;

    [Fact]
    public void The_wait_doubles_from_1_s_to_30_s_and_starts_again_after_a_minute_of_life()
    {
        var waits = new List<double>();
        TimeSpan? wait = null;
        foreach (var lived in new double[] { 0, 5, 5, 59, 5, 5, 5, 60, 5 })
        {
            wait = Backoff.Next(wait, TimeSpan.FromSeconds(lived), Backoff.Longest);
            waits.Add(wait.Value.TotalSeconds);
        }
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 1, 2], waits);
    }

    [Fact]
    public async Task A_killed_child_is_started_again_and_counted()
    {
        var heard = new BlockingCollection<string>();
        var child = Supervise(new ChildSpec("sleeper", "sleep", ["1000"]), heard);
        await child.FirstReady.WaitAsync(Patience);
        var first = child.Pid!.Value;

        Signals.Send(first, Signals.Kill);
        Await(heard, "sleeper ended (exit code 137); restart 1 in 1 s");
        Await(heard, "sleeper is ready");
        Assert.Equal(1, child.Restarts);
        Assert.NotEqual(first, child.Pid);

        var second = child.Pid!.Value;
        await child.StopAsync();
        Assert.False(Signals.IsAlive(second));
        Assert.Equal("stopped", child.State);
    }

    [Fact]
    public async Task A_child_that_ignores_the_polite_signal_gets_the_hard_one()
    {
        var spec = new ChildSpec("stubborn", "sleep", ["1000"]) { StopSignal = 0, HardSignal = Signals.Terminate };
        var child = Supervise(spec, []);
        await child.FirstReady.WaitAsync(Patience);
        var pid = child.Pid!.Value;
        await child.StopAsync().WaitAsync(Patience);
        Assert.False(Signals.IsAlive(pid));
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_reported_and_can_be_stopped()
    {
        var heard = new BlockingCollection<string>();
        var child = Supervise(new ChildSpec("ghost", "/no/such/program", []), heard, ready: NeverReady);
        Await(heard, "ghost ended (exit code 127); restart 1 in 1 s");
        await child.StopAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => child.FirstReady);
    }

    [Fact]
    public async Task Output_goes_to_a_log_that_stays_within_its_limit()
    {
        var folder = Directory.CreateTempSubdirectory("mobility-log-").FullName;
        var file = Path.Combine(folder, "talker.log");
        using (var process = await Spawner.Start(new ChildSpec("t", "echo", ["said"]) { LogFile = file }))
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        using (var log = new BoundedLog(file, limit: 10))
        {
            log.Write("12345678"u8);
            log.Write("abcdefgh"u8);
        }
        Assert.Equal("abcdefgh", await File.ReadAllTextAsync(file));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_does_not_hold_up_who_talks()
    {
        var folder = Directory.CreateTempSubdirectory("mobility-log-").FullName;
        var file = Path.Combine(folder, "talker.log");
        // The old log cannot be put aside: a folder that is not empty has its name.
        Directory.CreateDirectory(Path.Combine(file + ".1", "in the way"));
        using var talk = new MemoryStream(new byte[1024 * 1024]);
        using (var log = new BoundedLog(file, limit: 10))
        {
            await BoundedLog.Pump(talk, log);
            Assert.Equal(talk.Length, talk.Position);

            Directory.Delete(file + ".1", recursive: true);
            log.Write("there is room again"u8);
        }
        Assert.Equal("there is room again", await File.ReadAllTextAsync(file));
        Directory.Delete(folder, recursive: true);
    }

    private static Task NeverReady(CancellationToken token) => Task.Delay(Timeout.InfiniteTimeSpan, token);

    private static SupervisedChild Supervise(
        ChildSpec spec,
        BlockingCollection<string> heard,
        Func<CancellationToken, Task>? ready = null
    ) => new(spec, ready ?? (_ => Task.CompletedTask), heard.Add, TimeProvider.System);

    private static void Await(BlockingCollection<string> heard, string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!string.Equals(heard.Take(patience.Token), words, StringComparison.Ordinal))
        {
            // Other words; the right ones come or the patience ends.
        }
    }
}
