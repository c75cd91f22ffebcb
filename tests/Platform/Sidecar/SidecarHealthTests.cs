using System.Collections.Concurrent;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Applications that are late, unwell, killed, and sidecars that are told to stop: checks 34 and 39 to
/// 41.</summary>
public class SidecarHealthTests
{
    /// <summary>The component; classes derived from this one run the same facts on another broker.</summary>
    protected virtual string PubSub() => SidecarYaml.PubSub();

    private static readonly string[] Checked =
    [
        "--enable-app-health-check",
        "--app-health-probe-interval",
        "1",
        "--app-health-probe-timeout",
        "500",
        "--app-health-threshold",
        "1",
    ];

    // Check 39.
    [Fact]
    public async Task While_the_application_is_unhealthy_publishing_works_and_nothing_is_delivered()
    {
        using SidecarYaml yaml = SidecarYaml.Of(PubSub(), SidecarYaml.Subscribe("orders"));
        await using ScriptedApp app = await ScriptedApp.Start();
        app.Healthy = false;
        await using TestSidecar sidecar = await TestSidecar.Start(yaml.Folder, app.Port, Checked);
        await sidecar.SendId("orders", "early");
        await Until(() => app.Gets.Count(path => path == "/healthz") >= 2);
        Assert.Equal(0, app.Waiting("/orders"));
        app.Healthy = true;
        // Further than daprd: what was published meanwhile waits in the queue; daprd's in-memory broker forgets it.
        if (!SidecarProcess.IsDaprd)
            Assert.Equal("early", (await app.Next("/orders")).Id);
        else
            await UntilDelivered(sidecar, app);
    }

    // Check 40.
    [Fact]
    public async Task Outbound_health_comes_first_and_full_health_when_the_application_listens()
    {
        using SidecarYaml yaml = SidecarYaml.Of(PubSub(), SidecarYaml.Subscribe("orders"));
        await using ScriptedApp app = ScriptedApp.Closed();
        await using TestSidecar sidecar = await TestSidecar.Start(yaml.Folder, app.Port);
        Assert.Equal(500, await Status(sidecar, "/v1.0/healthz"));
        await app.Listen();
        await sidecar.WaitFor("/v1.0/healthz");
        Assert.Equal(204, await Status(sidecar, "/v1.0/healthz/outbound"));
        Assert.Equal(204, await Status(sidecar, "/v1.0/healthz?appid=app"));
        Assert.Equal(500, await Status(sidecar, "/v1.0/healthz?appid=other"));
    }

    // Check 34. The crash breaks every connection unanswered and closes the port, which is all a sidecar sees of kill
    // -9.
    [Fact]
    public async Task When_the_application_is_killed_under_load_every_event_is_processed_or_a_dead_letter()
    {
        const int Count = 200;
        using SidecarYaml yaml = SidecarYaml.Of(
            PubSub(),
            SidecarYaml.Subscribe("orders", deadLetterTopic: "dead"),
            SidecarYaml.Subscribe("dead"),
            SidecarYaml.Retry("50ms", 100)
        );
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedApp first = await ScriptedApp.Start();
        await using TestSidecar sidecar = await TestSidecar.Start(yaml.Folder, first.Port);
        await sidecar.WaitFor("/v1.0/healthz");
        var crashed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.On(
            "/orders",
            async received =>
            {
                if (received.Id != "50")
                    return Process(received);
                crashed.TrySetResult();
                await Task.Delay(Timeout.Infinite, received.Aborted);
                return new Answer(200);
            }
        );
        Task publishing = PublishAll(sidecar, Count);
        await crashed.Task;
        await first.Crash();
        await using ScriptedApp second = await ScriptedApp.Start(first.Port);
        second.On("/orders", received => Task.FromResult(Process(received)));
        second.On("/dead", received => Task.FromResult(Process(received)));
        await publishing;
        await all.Task.WaitAsync(Poll.Patience);
        Assert.Equal(Count, seen.Count);
        await first.DisposeAsync();

        Answer Process(Received received)
        {
            seen[received.Id] = true;
            if (seen.Count == Count)
                all.TrySetResult();
            return new Answer(200);
        }
    }

    // Check 41.
    [Fact]
    public async Task At_sigterm_the_delivery_in_flight_finishes_and_the_next_one_does_not_begin()
    {
        await using SidecarRig rig = await SidecarRig.StartProcess(
            ["--dapr-graceful-shutdown-seconds", "10"],
            settings: null,
            PubSub(),
            SidecarYaml.Subscribe("orders")
        );
        var release = new TaskCompletionSource();
        bool aborted = false;
        rig.App.On(
            "/orders",
            async received =>
            {
                await release.Task;
                aborted = received.Aborted.IsCancellationRequested;
                return new Answer(200);
            }
        );
        await rig.Sidecar.SendId("orders", "in-flight");
        Assert.Equal("in-flight", (await rig.App.Next("/orders")).Id);
        await rig.Sidecar.SendId("orders", "late");
        rig.Process.Terminate();
        await Until(() =>
            rig.Sidecar.LogLines.Any(line => line.Contains("shutting down", StringComparison.OrdinalIgnoreCase))
        );
        release.SetResult();
        Assert.Equal(0, await rig.Process.WaitForExit());
        Assert.False(aborted);
        Assert.Equal(0, rig.App.Waiting("/orders"));
    }

    [Fact]
    public async Task A_delivery_that_does_not_finish_is_cut_off_after_the_grace_period()
    {
        await using SidecarRig rig = await SidecarRig.StartProcess(
            ["--dapr-graceful-shutdown-seconds", "1"],
            settings: null,
            PubSub(),
            SidecarYaml.Subscribe("orders")
        );
        rig.App.On(
            "/orders",
            async received =>
            {
                await Task.Delay(Timeout.Infinite, received.Aborted);
                return new Answer(200);
            }
        );
        await rig.Sidecar.SendId("orders", "endless");
        await rig.App.Next("/orders");
        rig.Process.Terminate();
        await rig.Process.WaitForExit();
    }

    [Fact]
    public async Task The_shutdown_call_ends_the_process()
    {
        await using SidecarRig rig = await SidecarRig.StartProcess([], settings: null, PubSub());
        using HttpResponseMessage answer = await rig.Sidecar.Http.PostAsync("/v1.0/shutdown", content: null);
        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(0, await rig.Process.WaitForExit());
    }

    private static async Task PublishAll(TestSidecar sidecar, int count)
    {
        for (int i = 0; i < count; i++)
            await sidecar.SendId("orders", $"{i}");
    }

    private static async Task UntilDelivered(TestSidecar sidecar, ScriptedApp app)
    {
        using var patience = new CancellationTokenSource(Poll.Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (app.Waiting("/orders") == 0 && await pause.WaitForNextTickAsync(patience.Token))
            await sidecar.SendId("orders", "later");
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Poll.Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
            await pause.WaitForNextTickAsync(patience.Token);
    }

    private static async Task<int> Status(TestSidecar sidecar, string path)
    {
        using HttpResponseMessage answer = await sidecar.Http.GetAsync(path);
        return (int)answer.StatusCode;
    }
}
