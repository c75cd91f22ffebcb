using System.Net;
using System.Net.Sockets;
using Mobility.Refunds;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>The client against the simulator's process: what was sent, what is known, what is found again. Each test
/// has a payment of its own there.</summary>
public sealed class TossGatewayTests(OneGateway gateway) : IClassFixture<OneGateway>, IAsyncLifetime
{
    private readonly CancelOrder order = NewOrder($"pay_key-{RefundsHouse.NewId()}");
    private readonly GatewayProcess process = gateway.Process;
    private readonly GatewayClient simulator = gateway.Process.Client();
    private readonly TossGateway toss = Toss(gateway.Process);

    public Task InitializeAsync() => simulator.Capture(order.PaymentKey);

    public Task DisposeAsync()
    {
        toss.Dispose();
        simulator.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_cancel_settles_with_the_gateways_key_and_balance()
    {
        var outcome = await toss.Cancel(order, default);

        var settled = Assert.IsType<OrderOutcome.Settled>(outcome);
        Assert.Equal((4_000, 6_000), (settled.Amount, settled.Balance));
        var payment = await toss.Query(order.PaymentKey, default);
        Assert.Equal((10_000, 6_000), (payment!.Total, payment.Balance));
        Assert.Equal(settled, payment.OutcomeOf(order));
        Assert.Equal([(order.IdempotencyKey, 4_000L)], await simulator.Ledger(order.PaymentKey));
    }

    [Fact]
    public async Task A_lost_reply_is_unconfirmed_and_a_query_finds_the_cancel()
    {
        await simulator.Fault("timeout_after_success", order.PaymentKey);

        var outcome = await LosesPatience(() => simulator.UntilLedgerHas(order.PaymentKey));

        Assert.Equal(new OrderOutcome.Unconfirmed("TIMEOUT"), outcome);
        var found = (await toss.Query(order.PaymentKey, default))!.OutcomeOf(order);
        Assert.Equal(4_000, Assert.IsType<OrderOutcome.Settled>(found).Amount);
        Assert.Equal(found, await toss.Cancel(order with { Repeated = true }, default));
        Assert.Single(await simulator.Ledger(order.PaymentKey));
    }

    [Fact]
    public async Task A_lost_request_is_unconfirmed_a_query_proves_absence_and_the_same_key_settles()
    {
        await simulator.Fault("timeout_before", order.PaymentKey);

        var outcome = await LosesPatience(() => simulator.UntilMet(order.PaymentKey));

        Assert.Equal(new OrderOutcome.Unconfirmed("TIMEOUT"), outcome);
        Assert.Null((await toss.Query(order.PaymentKey, default))!.OutcomeOf(order));
        Assert.IsType<OrderOutcome.Settled>(await toss.Cancel(order with { Repeated = true }, default));
        Assert.Single(await simulator.Ledger(order.PaymentKey));
    }

    [Fact]
    public async Task Ten_attempts_at_once_move_the_money_once_and_none_calls_it_refused()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => toss.Cancel(order, default)));

        Assert.All(outcomes, o => Assert.IsNotType<OrderOutcome.RefusedForGood>(o));
        Assert.Contains(outcomes, o => o is OrderOutcome.Settled);
        Assert.Single(await simulator.Ledger(order.PaymentKey));
        Assert.IsType<OrderOutcome.Settled>(await toss.Cancel(order, default));
    }

    [Fact]
    public async Task Our_own_running_attempt_is_unconfirmed_and_anothers_is_not_done()
    {
        await simulator.Fault("hold", order.PaymentKey);
        var first = toss.Cancel(order, default);
        await simulator.UntilHolding(1);

        var again = await toss.Cancel(order with { Repeated = true }, default);
        var other = await toss.Cancel(NewOrder(order.PaymentKey), default);
        await simulator.Post("/simulator/release", "");

        Assert.Equal(new OrderOutcome.Unconfirmed("IDEMPOTENT_REQUEST_PROCESSING"), again);
        Assert.Equal(new OrderOutcome.NotDone("FORBIDDEN_CONSECUTIVE_REQUEST"), other);
        Assert.IsType<OrderOutcome.Settled>(await first);
    }

    [Fact]
    public async Task A_balance_that_others_changed_is_refused_for_good()
    {
        await simulator.Cancel(order.PaymentKey, 1_000);

        Assert.Equal(
            new OrderOutcome.RefusedForGood("NOT_MATCHES_REFUNDABLE_AMOUNT"),
            await toss.Cancel(order, default)
        );
    }

    [Fact]
    public async Task A_refusal_that_follows_from_our_own_lost_cancel_settles()
    {
        // Another key stands for the forgotten one: after 15 days the gateway does not know ours any more.
        await simulator.Cancel(order.PaymentKey, order.Body(), "forgotten-key");

        var outcome = await toss.Cancel(order with { Repeated = true }, default);

        Assert.Equal(4_000, Assert.IsType<OrderOutcome.Settled>(outcome).Amount);
        Assert.Single(await simulator.Ledger(order.PaymentKey));
    }

    [Fact]
    public async Task An_unknown_payment_is_refused_for_good_and_queried_in_vain()
    {
        var unknown = order with { PaymentKey = "nobody/knows it?" };

        Assert.Equal(new OrderOutcome.RefusedForGood("NOT_FOUND_PAYMENT"), await toss.Cancel(unknown, default));
        Assert.Null(await toss.Query(unknown.PaymentKey, default));
    }

    [Fact]
    public async Task A_wrong_secret_fails_no_refund()
    {
        using var stranger = new TossGateway(process.Url, "wrong_secret_0000001", TimeProvider.System);

        Assert.Equal(new OrderOutcome.NotDone("UNAUTHORIZED_KEY"), await stranger.Cancel(order, default));
        Assert.Null(await stranger.Query(order.PaymentKey, default));
        Assert.IsType<OrderOutcome.Settled>(await toss.Cancel(order, default));
    }

    [Fact]
    public async Task A_gateway_that_is_gone_is_unconfirmed_and_back_again_settles_once()
    {
        var folder = TestFolder.New("gateway");
        using var first = await GatewayProcess.Start(folder);
        using (var itsSimulator = first.Client())
        {
            await itsSimulator.Capture(order.PaymentKey);
        }
        using var before = Toss(first);
        await before.Cancel(order, default);
        first.Kill();

        Assert.Equal(new OrderOutcome.Unconfirmed("NO_CONNECTION"), await before.Cancel(order, default));
        Assert.Null(await before.Query(order.PaymentKey, default));

        using var restarted = await GatewayProcess.Start(folder);
        using var client = restarted.Client();
        using var again = Toss(restarted);
        Assert.IsType<OrderOutcome.Settled>(await again.Cancel(order, default));
        Assert.Single(await client.Ledger());
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"paymentKey\":")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")]
    [InlineData("SMTP ready\r\n\r\n")]
    public async Task A_connection_that_breaks_off_is_unconfirmed(string said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var socket = await listener.AcceptSocketAsync();
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(said));
        });
        using var cut = new TossGateway(new Uri($"http://{listener.LocalEndpoint}"), "secret", TimeProvider.System);

        Assert.Equal(new OrderOutcome.Unconfirmed("NO_CONNECTION"), await cut.Cancel(order, default));
        await serving;
    }

    [Fact]
    public async Task Only_the_callers_own_token_ends_a_call_with_an_exception()
    {
        await simulator.Fault("hold", order.PaymentKey);
        using var stop = new CancellationTokenSource();
        var cancel = toss.Cancel(order, stop.Token);
        await simulator.UntilHolding(1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancel);
        // The next test counts what is held.
        await simulator.Post("/simulator/release", "");
        await simulator.UntilHolding(0);
    }

    private static CancelOrder NewOrder(string paymentKey) =>
        new(paymentKey, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 4_000, 10_000);

    private static TossGateway Toss(GatewayProcess process, TimeProvider? clock = null) =>
        new(process.Url, GatewayProcess.Secret, clock ?? TimeProvider.System);

    /// <summary>Sends the order and lets its time run out as soon as the simulator has met the fault.</summary>
    private async Task<OrderOutcome> LosesPatience(Func<Task> met)
    {
        var clock = new FiringClock();
        using var hasty = Toss(process, clock);
        var cancel = hasty.Cancel(order, default);
        await met();
        clock.Fire();
        return await cancel.WaitAsync(Poll.Patience);
    }
}

/// <summary>A simulator for tests that have a payment each.</summary>
public sealed class OneGateway : IAsyncLifetime
{
    public GatewayProcess Process { get; private set; } = null!;

    public async Task InitializeAsync() => Process = await GatewayProcess.Start(TestFolder.New("gateway"));

    public Task DisposeAsync()
    {
        Process.Dispose();
        return Task.CompletedTask;
    }
}
