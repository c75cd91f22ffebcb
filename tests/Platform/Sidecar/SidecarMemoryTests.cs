using Microsoft.Extensions.Logging;
using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Resources;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The bounded queue of the broker in memory, metadata of a publish call, which it alone brings to the
/// application, and the arithmetic of retries.</summary>
public sealed class SidecarMemoryTests
{
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

    [Fact]
    public async Task Metadata_in_any_language_reaches_the_application_and_takes_no_headers_place()
    {
        await using SidecarRig rig = await SidecarRig.Start(SidecarYaml.PubSub(), SidecarYaml.Subscribe("orders"));
        await rig.Sidecar.Send(
            "orders?metadata.cloudevent.subject=%ED%95%9C%EA%B8%80&metadata.dapr-api-token=forged",
            "{}"
        );
        Received received = await rig.App.Next("/orders");
        Assert.Equal("한글", received.Headers["cloudevent.subject"]);
        Assert.False(received.Headers.ContainsKey("dapr-api-token"));
    }

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
