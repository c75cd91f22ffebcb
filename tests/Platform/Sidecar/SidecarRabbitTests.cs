using System.Collections.Concurrent;
using System.Text;
using Mobility.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>What a broker outside of the process adds: it keeps, refuses, dies, and is shared by several
/// sidecars.</summary>
[Collection(OnRabbit.Name)]
public sealed class SidecarRabbitTests(OnRabbit rabbit)
{
    private static readonly string[] Checked =
    [
        "--enable-app-health-check",
        "--app-health-probe-interval",
        "1",
        "--app-health-threshold",
        "1",
    ];

    private readonly string consumer = OnRabbit.NewConsumer();

    private string Component => SidecarYaml.Rabbit(rabbit.Server.Connection, consumer);

    private string Parallel => SidecarYaml.Rabbit(rabbit.Server.Connection, consumer, "parallel");

    [Fact]
    public async Task In_parallel_a_slow_message_holds_up_nobody_and_no_more_than_the_prefetch_are_out()
    {
        await using SidecarRig rig = await SidecarRig.Start(Parallel, SidecarYaml.Subscribe("orders"));
        var release = new TaskCompletionSource();
        var counted = new Lock();
        int together = 0;
        int most = 0;
        rig.App.On(
            "/orders",
            async _ =>
            {
                lock (counted)
                {
                    most = Math.Max(most, ++together);
                    if (together == 20)
                        release.TrySetResult();
                }
                await release.Task;
                lock (counted)
                    together--;
                return new Answer(200);
            }
        );
        for (int i = 0; i < 30; i++)
            await rig.Sidecar.SendId("orders", $"{i}");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (ids.Count < 30)
            ids.Add((await rig.App.Next("/orders")).Id);
        Assert.Equal(20, most);
    }

    [Fact]
    public async Task A_message_that_fails_without_a_dead_letter_topic_comes_again()
    {
        await using SidecarRig rig = await SidecarRig.Start(Component, SidecarYaml.Subscribe("orders"));
        rig.App.On("/orders", new Answer(500), new Answer(500), new Answer(200));
        await rig.Sidecar.SendId("orders", "stubborn");
        for (int call = 1; call <= 3; call++)
            Assert.Equal("stubborn", (await rig.App.Next("/orders")).Id);
        await rig.Sidecar.SendId("orders", "next");
        Assert.Equal("next", (await rig.App.Next("/orders")).Id);
    }

    [Fact]
    public async Task Without_requeue_it_is_discarded_into_the_brokers_queue_of_dead_letters()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            SidecarYaml.Rabbit(rabbit.Server.Connection, consumer, requeue: false),
            SidecarYaml.Subscribe("orders")
        );
        rig.App.On("/orders", new Answer(500));
        await rig.Sidecar.SendId("orders", "discarded");
        await rig.App.Next("/orders");
        await Poll.Until(async () => await Ready($"dlq-{consumer}-orders") == 1);
        Assert.Equal(0, rig.App.Waiting("/orders"));
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Of_an_app_that_stays_away_the_oldest_leave_and_publishing_goes_on(string queueType)
    {
        await using SidecarRig rig = await SidecarRig.StartWith(
            Checked,
            SidecarYaml.Rabbit(rabbit.Server.Connection, consumer, maxLen: 5),
            SidecarYaml.Subscribe($"long-{queueType}", route: "/long", queueType: queueType)
        );
        // An app that the first probe finds away was never there to leave.
        await UntilSaid(rig, "app is healthy");
        rig.App.Healthy = false;
        await UntilSaid(rig, "app is unhealthy");
        for (int i = 0; i < 20; i++)
            await rig.Sidecar.SendId($"long-{queueType}", $"{i}");
        await Poll.Until(async () => await Ready($"{consumer}-long-{queueType}") == 5);
        await Poll.Until(async () => await Ready($"dlq-{consumer}-long-{queueType}") == 5);
        rig.App.Healthy = true;
        var ids = new List<string>();
        while (ids.Count < 5)
            ids.Add((await rig.App.Next("/long")).Id);
        Assert.Equal(["15", "16", "17", "18", "19"], ids);
    }

    [Fact]
    public async Task A_message_that_the_broker_refuses_is_not_published()
    {
        await using SidecarRig rig = await SidecarRig.Start(Component);
        await using IConnection connection = await rabbit.Connect();
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("narrow", "fanout", durable: true);
        var full = new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" };
        string queue = (await channel.QueueDeclareAsync(arguments: full)).QueueName;
        await channel.QueueBindAsync(queue, "narrow", "");
        await rig.Sidecar.SendId("narrow", "fits");
        using HttpResponseMessage refused = await rig.Sidecar.Publish("narrow", "{}");
        Assert.Equal(500, (int)refused.StatusCode);
        string error = await refused.Content.ReadAsStringAsync();
        Assert.Contains("ERR_PUBSUB_PUBLISH_MESSAGE", error, StringComparison.Ordinal);
        // A topic whose exchange stands with another kind costs this publisher its channel and nobody anything else.
        await channel.ExchangeDeclareAsync("other-kind", "topic", durable: true);
        using HttpResponseMessage other = await rig.Sidecar.Publish("other-kind", "{}");
        Assert.Equal(500, (int)other.StatusCode);
        await rig.Sidecar.SendId("free", "goes on");
    }

    [Fact]
    public async Task Unwell_applications_hand_back_what_was_fetched_for_them()
    {
        await using SidecarRig rig = await SidecarRig.StartWith(
            Checked,
            Component,
            SidecarYaml.Subscribe("orders"),
            SidecarYaml.Retry("100ms", 100)
        );
        rig.App.On("/orders", new Answer(503));
        for (int i = 0; i < 5; i++)
            await rig.Sidecar.SendId("orders", $"{i}");
        await rig.App.Next("/orders");
        rig.App.Healthy = false;
        await Poll.Until(async () => await Ready($"{consumer}-orders") == 5, what: "five messages at the broker");
        var ids = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        rig.App.On(
            "/orders",
            received =>
            {
                ids[received.Id] = true;
                return Task.FromResult(new Answer(200));
            }
        );
        rig.App.Healthy = true;
        await Poll.Until(() => Task.FromResult(ids.Count == 5), what: "all five");
    }

    [Fact]
    public async Task What_a_stopped_sidecar_did_not_deliver_and_what_a_killed_one_held_another_delivers()
    {
        using SidecarYaml yaml = SidecarYaml.Of(Parallel, SidecarYaml.Subscribe("orders", queueType: "quorum"));
        await using ScriptedApp app = await ScriptedApp.Start();
        app.On(
            "/orders",
            async received =>
            {
                await Task.Delay(Timeout.Infinite, received.Aborted);
                return new Answer(200);
            }
        );
        await using (SidecarProcess killed = await SidecarProcess.Start(yaml.Folder, app.Port))
        {
            for (int i = 0; i < 30; i++)
                await killed.SendId("orders", $"{i}");
            for (int i = 0; i < 20; i++)
                await app.Next("/orders");
        }
        app.On("/orders", new Answer(200));
        await using SidecarProcess next = await SidecarProcess.Start(yaml.Folder, app.Port);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (ids.Count < 30)
            ids.Add((await app.Next("/orders")).Id);
        next.Terminate();
        Assert.Equal(0, await next.WaitForExit());
        Assert.Equal(0u, await Ready($"{consumer}-orders"));
    }

    [Fact]
    public async Task A_broker_that_dies_keeps_what_it_confirmed_and_nobody_is_told_of_success_meanwhile()
    {
        await using SidecarRig rig = await SidecarRig.Start(
            Component,
            SidecarYaml.Subscribe("orders", queueType: "quorum"),
            SidecarYaml.Retry("100ms", 1000)
        );
        rig.App.On("/orders", new Answer(503));
        for (int i = 0; i < 30; i++)
            await rig.Sidecar.SendId("orders", $"{i}");
        await NameIsOnDisk($"{consumer}-orders");
        await rabbit.Server.KillServer();
        using (HttpResponseMessage meanwhile = await rig.Sidecar.Publish("orders", "{}"))
            Assert.Equal(500, (int)meanwhile.StatusCode);
        await rabbit.Server.StartServer();
        var ids = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        rig.App.On(
            "/orders",
            received =>
            {
                ids[received.Id] = true;
                return Task.FromResult(new Answer(200));
            }
        );
        await Poll.Until(
            async () =>
            {
                using HttpResponseMessage again = await rig.Sidecar.Publish(
                    "orders?metadata.cloudevent.id=after",
                    "{}"
                );
                return (int)again.StatusCode == 204;
            },
            what: "a publish after the restart"
        );
        await Poll.Until(
            () =>
                Task.FromResult(ids.ContainsKey("after") && Enumerable.Range(0, 30).All(i => ids.ContainsKey($"{i}"))),
            what: "every confirmed message"
        );
    }

    // RabbitMQ 3.10 writes the name of a new quorum queue to disk up to half a second after it confirmed messages for
    // it; a node that is killed before has lost both for good (docs/decisions/0014-rabbitmq.md).
    private Task NameIsOnDisk(string queue) =>
        Poll.Until(
            () =>
                Task.FromResult(
                    Directory
                        .GetFiles(rabbit.Server.Data, "names.dets", SearchOption.AllDirectories)
                        .Any(file => File.ReadAllText(file, Encoding.Latin1).Contains(queue, StringComparison.Ordinal))
                ),
            what: $"the name {queue} on disk"
        );

    private static Task UntilSaid(SidecarRig rig, string words) =>
        Poll.Until(() =>
            Task.FromResult(rig.Sidecar.LogLines.Any(line => line.Contains(words, StringComparison.Ordinal)))
        );

    private async Task<uint> Ready(string queue)
    {
        await using IConnection connection = await rabbit.Connect();
        await using IChannel channel = await connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
    }
}
