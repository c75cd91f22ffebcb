using Mobility.Launcher;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>The whole system as `./mobility up` and `./mobility demo` start it.</summary>
[Collection(JourneyCollection.Name)]
public sealed class UpTests : IDisposable
{
    private const StringComparison Is = StringComparison.Ordinal;
    private readonly JourneyFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Sigkill_of_the_launcher_leaves_no_part_behind()
    {
        await folder.LayPostgres();
        using var launcher = new LauncherProcess(folder.Run, "up", "--no-fsync");
        await launcher.ReadUntil("ready after");
        var state = new RunFolder(folder.Run).ReadState()!;
        var children = ProcessTree.Below(launcher.Process.Id);
        Assert.Equal(StackOptions.AllParts, state.Parts.Select(part => part.Name));
        Assert.All(state.Parts, part => Assert.Contains(part.Pid!.Value, children));

        launcher.Process.Kill();
        await Poll.Until(() => Task.FromResult(!children.Any(Signals.IsAlive)), what: "the end of all parts");
    }

    [Fact]
    public async Task A_demo_where_nothing_runs_starts_a_system_and_stops_it()
    {
        using var launcher = new LauncherProcess(folder.Run, "demo", "--no-fsync", "--until", "sat 10:00");
        var (exitCode, output) = await launcher.End();
        DemoLine.MustBeGood(output.Split('\n')[^1], output);
        Assert.Equal(0, exitCode);
        Assert.All(new RunFolder(folder.Run).ReadState()!.Parts, part => Assert.Equal("stopped", part.State));
    }

    [Fact]
    public async Task A_start_that_is_stopped_stops_its_parts_in_order()
    {
        await folder.LayPostgres();
        using var launcher = new LauncherProcess(folder.Run, "up", "--no-fsync", "--only", "postgres,sidecar,faults");
        await launcher.ReadUntil("faults is ready");
        Signals.Send(launcher.Process.Id, Signals.Terminate);
        var (exitCode, output) = await launcher.End();
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("not filled", output, StringComparison.Ordinal);
        Assert.All(new RunFolder(folder.Run).ReadState()!.Parts, part => Assert.Equal("stopped", part.State));
    }

    [Fact]
    public async Task A_demo_that_is_stopped_stops_the_system_that_it_started()
    {
        await folder.LayPostgres();
        using var launcher = new LauncherProcess(folder.Run, "demo", "--no-fsync");
        await launcher.ReadUntil("sat 08:00");
        Signals.Send(launcher.Process.Id, Signals.Terminate);
        var (exitCode, output) = await launcher.End();
        Assert.EndsWith("demo stopped before its end; the next one plays the next weekend", output, Is);
        Assert.Equal(1, exitCode);
        Assert.All(new RunFolder(folder.Run).ReadState()!.Parts, part => Assert.Equal("stopped", part.State));
    }

    [Fact]
    public async Task A_check_of_nothing_starts_nothing()
    {
        using var launcher = new LauncherProcess(folder.Run, "demo", "--check-only");
        var (exitCode, output) = await launcher.End();
        Assert.Equal("demo FAILED: no weekend was played here yet", output);
        Assert.Equal(1, exitCode);
        Assert.False(Directory.Exists(folder.Run));
    }

    [Fact]
    public async Task A_demo_on_a_system_without_services_fails_and_says_why()
    {
        await folder.LayPostgres();
        using var up = new LauncherProcess(folder.Run, "up", "--no-fsync", "--only", "postgres");
        await up.ReadUntil("ready after");
        using var launcher = new LauncherProcess(folder.Run, "demo");
        var (exitCode, output) = await launcher.End();
        Assert.Equal(1, exitCode);
        Assert.StartsWith("demo FAILED: the system in ", output, StringComparison.Ordinal);
        Assert.EndsWith("runs without faults, refunds, parking, desk, gateway", output, StringComparison.Ordinal);
    }
}
