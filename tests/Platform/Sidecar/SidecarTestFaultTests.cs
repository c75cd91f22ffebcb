using Microsoft.Extensions.Logging;
using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Resources;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Faults on demand, the bounded queue, and the arithmetic of retries.</summary>
public sealed class SidecarTestFaultTests
{
    [Fact]
    public async Task Twice_delivers_every_accepted_message_a_second_time()
    {
        string[] ids = await Deliver("twice", count: 3, arrivals: 6);
        Assert.Equal(["0", "0", "1", "1", "2", "2"], ids);
    }

    [Fact]
    public async Task Reorder_changes_the_order_within_four_places_and_loses_nothing()
    {
        string[] ids = await Deliver("reorder,delay", count: 20, arrivals: 20);
        string[] sent = [.. Enumerable.Range(0, 20).Select(i => $"{i}")];
        Assert.Equal(sent.Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
        Assert.NotEqual(sent, ids);
        Assert.All(
            ids,
            (id, place) =>
                Assert.InRange(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) - place, -4, 4)
        );
    }

    [Fact]
    public async Task Drop_loses_some_messages_and_names_each_in_the_log()
    {
        if (SidecarProcess.IsDaprd)
            return;
        await using SidecarRig rig = await Start("drop");
        for (int i = 0; i < 60; i++)
            await rig.Sidecar.SendId("orders", $"{i}");
        // Later messages may be lost as well, so the marker is sent until one copy of it arrives.
        int arrived = 0;
        for (string id = ""; id != "marker"; arrived++)
        {
            if (rig.App.Waiting("/orders") == 0)
                await rig.Sidecar.SendId("orders", "marker");
            id = (await rig.App.Next("/orders")).Id;
        }
        int lost = rig.Sidecar.LogLines.Count(line => line.Contains("lost on purpose", StringComparison.Ordinal));
        Assert.InRange(arrived, 40, 60);
        Assert.True(lost >= 60 - (arrived - 1));
    }

    [Fact]
    public async Task A_full_queue_makes_the_publisher_wait_and_then_fail_and_loses_nothing()
    {
        var queue = new SubscriptionQueue(maxMessages: 2, maxBytes: 1000);
        await queue.Add(Event("a"), CancellationToken.None);
        await queue.Add(Event("b"), CancellationToken.None);
        using var impatient = new CancellationTokenSource();
        Task refused = queue.Add(Event("c"), impatient.Token);
        Assert.False(refused.IsCompleted);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refused);
        Task waiting = queue.Add(Event("d"), CancellationToken.None);
        Assert.Equal("a", queue.TryTake(out _)?.Id);
        await waiting;
        Assert.Equal("b", queue.TryTake(out _)?.Id);
        Assert.Equal("d", queue.TryTake(out _)?.Id);
        Assert.Null(queue.TryTake(out _));
    }

    [Fact]
    public async Task A_queue_that_nobody_empties_loses_its_oldest_and_holds_up_the_others_once()
    {
        var clock = new FakeClock();
        var broker = new InMemoryBroker(clock);
        var orders = new Subscription("", "pubsub", "orders", [], "", "");
        var (told, untold) = (new Lines(), new Lines());
        IMessageSource absent = broker.Subscribe(orders, told);
        IMessageSource present = broker.Subscribe(orders, untold);
        Assert.Null(await broker.Publish("orders", Large("1"), CancellationToken.None));
        Assert.Equal("1", present.TryTake()?.Message.Id);
        Task<string?> second = broker.Publish("orders", Large("2"), CancellationToken.None);
        Assert.False(second.IsCompleted);
        clock.Advance(InMemoryBroker.FullQueueWait);
        Assert.Null(await second);
        Assert.Equal("2", present.TryTake()?.Message.Id);
        Task<string?> third = broker.Publish("orders", Large("3"), CancellationToken.None);
        Assert.True(third.IsCompleted);
        Assert.Equal("3", present.TryTake()?.Message.Id);
        Assert.Contains("oldest messages are dropped", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(1, absent.Waiting);
        Assert.Equal("3", absent.TryTake()?.Message.Id);
        Assert.Contains("2 messages", told[1], StringComparison.Ordinal);
        Assert.Empty(untold);
        Assert.Null(await broker.Publish("nobody", Large("4"), CancellationToken.None));
    }

    [Fact]
    public void An_exponential_policy_grows_to_its_bound_and_ends_after_fifteen_minutes()
    {
        var policy = new RetryPolicy(true, TimeSpan.Zero, TimeSpan.FromSeconds(2), -1, new StatusCodeList());
        Assert.Equal(TimeSpan.FromMilliseconds(500), policy.Next(1, TimeSpan.Zero, 0.5));
        Assert.Equal(TimeSpan.FromMilliseconds(750), policy.Next(2, TimeSpan.Zero, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(2), policy.Next(100, TimeSpan.Zero, 0.5));
        Assert.Null(policy.Next(1, TimeSpan.FromMinutes(16), 0.5));
    }

    private static async Task<string[]> Deliver(string faults, int count, int arrivals)
    {
        if (SidecarProcess.IsDaprd)
            Assert.Fail("--test-deliver is a flag of the local sidecar: leave this class out for a daprd.");
        await using SidecarRig rig = await Start(faults);
        for (int i = 0; i < count; i++)
            await rig.Sidecar.SendId("orders", $"{i}");
        var ids = new List<string>();
        while (ids.Count < arrivals)
            ids.Add((await rig.App.Next("/orders")).Id);
        return [.. ids];
    }

    private static Task<SidecarRig> Start(string faults) =>
        SidecarRig.StartWith(
            ["--test-deliver", faults, "--test-seed", "7"],
            environment: null,
            SidecarYaml.PubSub(),
            SidecarYaml.Subscribe("orders")
        );

    private static Message Large(string id) =>
        new(new byte[40 * 1024 * 1024], new Dictionary<string, string>(), id, null, "", "");

    private static Message Event(string id) => new([1], new Dictionary<string, string>(), id, null, "", "");

    /// <summary>The lines of one app's log.</summary>
    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Add(formatter(state, exception));
    }
}
