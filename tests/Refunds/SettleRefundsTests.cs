using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>The settle job against the simulator's process: whatever gets lost on the way,
/// the money goes once.</summary>
public sealed class SettleRefundsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_reply_that_is_lost_after_the_cancel_is_found_by_asking()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);

        var refund = await house.AskInVain(payment, 3_000, "timeout_after_success");
        var settled = await house.Until(refund.Name, RefundState.Settled, Second);

        Assert.Equal(1, settled.AttemptCount);
        Assert.Equal([3_000L], await Cancels(house, refund));
        await Ended(house, settled: 3_000);
    }

    [Fact]
    public async Task A_cancel_that_never_began_is_sent_again_under_the_same_key()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("timeout_before", payment.GatewayPaymentKey);
        var refund = await house.Ask(payment, 3_000);

        var settled = await house.Until(refund.Name, RefundState.Settled, Second);

        Assert.Equal(2, settled.AttemptCount);
        Assert.Equal([3_000L], await Cancels(house, refund));
        Assert.Equal(
            [1L],
            await house.Rows<long>("""SELECT count(DISTINCT (gateway_key, body)) FROM refund_attempt""")
        );
        await Ended(house, settled: 3_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_that_dies_between_fence_and_reply_leaves_a_question_to_the_next(bool gatewayHadDoneIt)
    {
        var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault(
            gatewayHadDoneIt ? "timeout_after_success" : "timeout_before",
            payment.GatewayPaymentKey
        );
        var refund = await house.Ask(payment, 3_000);
        await house.Until(refund.Name, RefundState.Dispatching);
        // The order must have reached the gateway, or its silence would meet the question of the next process.
        await house.Gateway.UntilMet(payment.GatewayPaymentKey);
        if (gatewayHadDoneIt)
        {
            await UntilCancelled(house, refund);
        }
        house.Service.DatabaseStays = true;
        await house.Service.DisposeAsync();

        await using var next = new Db(house.Service.Settings.Database, "refunds", house.Service.Clock)
        {
            Clients = ClientCatalogue.Load(house.Service.Settings.ClientsFile),
        };
        var settle = new SettleRefunds();
        var job = house.Service.Job() with { Db = next };
        await settle.Run(job);
        Assert.Equal("Dispatching", await StateOf(next, refund));
        house.Service.Clock.Advance(TimeSpan.FromSeconds(6));
        await settle.Run(job);

        Assert.Equal("Settled", await StateOf(next, refund));
        Assert.Equal([3_000L], await Cancels(house, refund));
        house.Gateway.Dispose();
    }

    [Fact]
    public async Task Several_processes_on_one_database_send_each_refund_once()
    {
        await using var house = await OpenWithDelegation();
        var payments = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.Pay()));
        var asked = Task.WhenAll(payments.Select(payment => house.Ask(payment, 1_000)));
        while (!asked.IsCompleted)
        {
            await Task.WhenAll(
                new SettleRefunds().Run(house.Service.Job()),
                new SettleRefunds().Run(house.Service.Job())
            );
        }

        foreach (var refund in await asked)
        {
            var settled = await house.Until(refund.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));
            Assert.Equal(1, settled.AttemptCount);
            Assert.Equal([1_000L], await Cancels(house, refund));
        }
        await Ended(house, settled: 20_000);
    }

    [Fact]
    public async Task A_gateway_that_refuses_for_good_gives_the_amount_back_to_where_it_was_held()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Rpc.RecordPaymentAsync(house.Recording(), house.AsOperator);
        var refund = await house.Ask(payment, 3_000);

        var failed = await house.Until(refund.Name, RefundState.Failed);

        Assert.Equal("NOT_FOUND_PAYMENT", failed.GatewayCode);
        await Ended(house, settled: 0);
        Assert.Equal(
            [("HOLD", 3_000L), ("RELEASE", 3_000L)],
            await house.Rows<(string, long)>("""SELECT kind, amount FROM ledger_entry WHERE amount > 0 ORDER BY kind""")
        );
        Assert.Equal(RefundFailed.Descriptor.FullName, (await house.Service.Events())[^1].Type);
    }

    [Fact]
    public async Task A_failed_refund_of_yesterday_does_not_enlarge_todays_budget()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Budgets[0].LimitAmount = Won(4_000));
        var payment = await house.Pay(5_000);
        var refund = await house.AskInVain(payment, 3_000, "timeout_before");

        // The client's own console pays back another part, so ours will be refused.
        await house.Gateway.Cancel(payment.GatewayPaymentKey, 500);
        // Midnight in Seoul passes while nobody knows what became of it.
        house.Service.Clock.Advance(TimeSpan.FromHours(16));
        await house.Until(refund.Name, RefundState.Failed, Second);
        var today = await house.Ask(await house.Pay(20_000), 4_001);

        Assert.Equal("BUDGET_AMOUNT_EXCEEDED", Assert.Single(today.Decision.FailedConditions).Code);
        Assert.Equal(Won(4_000), today.Decision.AllowedAmount);
        await Ended(house, settled: 0);
    }

    [Fact]
    public async Task A_cancel_of_the_clients_own_console_puts_ours_off_and_then_shows_in_the_balance()
    {
        await using var house = await OpenWithOwnGateway();
        await house.Grant();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("hold", payment.GatewayPaymentKey);
        var console = house.Gateway.Cancel(payment.GatewayPaymentKey, 500);
        await house.Gateway.UntilHolding(1);
        var refund = await house.Ask(payment, 3_000);

        await UntilCode(house, refund, "FORBIDDEN_CONSECUTIVE_REQUEST");
        await house.Gateway.Post("/simulator/release", "{}");
        await console;
        var failed = await house.Until(refund.Name, RefundState.Failed, Second);

        Assert.Equal("NOT_MATCHES_REFUNDABLE_AMOUNT", failed.GatewayCode);
        Assert.Empty(await Cancels(house, refund));
        await Ended(house, settled: 0);
    }

    [Fact]
    public async Task Refunds_of_one_payment_go_one_after_the_other_and_others_do_not_wait_for_them()
    {
        await using var house = await OpenWithOwnGateway();
        await house.Grant();
        var payment = await house.Pay(10_000);
        var first = await house.AskHeld(payment, 1_000);
        var second = await house.Ask(payment, 2_000);

        var others = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(async _ => await house.Ask(await house.Pay(), 1_000))
        );
        foreach (var other in others)
        {
            await house.Until(other.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));
        }
        Assert.Equal(
            (RefundState.Approved, 0),
            ((await house.Get(second.Name)).State, (await house.Get(second.Name)).AttemptCount)
        );
        await house.Gateway.Post("/simulator/release", "{}");
        await house.Until(first.Name, RefundState.Settled);
        await house.Until(second.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));

        Assert.Equal(7_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task A_gateway_that_is_away_for_a_day_brings_the_refund_to_a_person_and_keeps_the_amount_held()
    {
        await using var house = await Open(new Uri("http://127.0.0.1:9"));
        await house.Grant();
        var refund = await house.Ask(await house.Pay(5_000), 3_000);

        var review = await house.Until(refund.Name, RefundState.UnderReview, TimeSpan.FromMinutes(20));

        Assert.Equal("NO_ANSWER", review.GatewayCode);
        // How much later than due a question comes is the pace of this test, so their number is the bound above.
        Assert.True((review.UpdateTime - review.CreateTime).ToTimeSpan() >= TimeSpan.FromHours(23));
        var delays = Enumerable.Range(0, 100).Count(asked => RefundFlow.ProbeDelay(asked) is not null);
        Assert.Equal([delays - 1], await house.Rows<int>("""SELECT probe_count FROM refund"""));
        Assert.Equal([3_000L], await house.Rows<long>("""SELECT held FROM payment"""));
        Assert.Equal(RefundReviewNeeded.Descriptor.FullName, (await house.Service.Events())[^1].Type);
    }

    [Fact]
    public async Task A_stop_while_the_outcome_is_unknown_sends_nothing_again_and_lets_nothing_go()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payment = await house.Pay(5_000);
        var refund = await house.AskInVain(payment, 3_000, "timeout_before");

        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        var review = await house.Until(refund.Name, RefundState.UnderReview, Second);

        Assert.Equal(("STOPPED", 1), (review.GatewayCode, review.AttemptCount));
        Assert.Equal([3_000L], await house.Rows<long>("""SELECT held FROM payment"""));
        Assert.Empty(await Cancels(house, refund));
    }

    [Fact]
    public async Task A_delegation_that_ended_before_the_fence_withdraws()
    {
        await using var house = await OpenWithOwnGateway();
        await house.Grant();
        var payment = await house.Pay(5_000);
        var first = await house.AskHeld(payment, 1_000);
        var second = await house.Ask(payment, 2_000);

        house.Service.Clock.Advance(TimeSpan.FromDays(30));
        await house.Gateway.Post("/simulator/release", "{}");

        Assert.Equal(0, (await house.Until(second.Name, RefundState.Withdrawn, Second)).AttemptCount);
    }

    private static Task UntilCode(RefundsHouse house, Refund refund, string code) =>
        house.Until(async () => (await house.Get(refund.Name)).GatewayCode == code, code);

    private static Task UntilCancelled(RefundsHouse house, Refund refund) =>
        house.Until(async () => (await Cancels(house, refund)).Any(), "its cancel in the gateway's ledger");

    private static async Task<IEnumerable<long>> Cancels(RefundsHouse house, Refund refund) =>
        (await house.Gateway.Ledger())
            .Where(entry => entry.Key.EndsWith(refund.Name.Split('/')[^1], StringComparison.Ordinal))
            .Select(entry => entry.Amount);

    private static Task<string> StateOf(Db db, Refund refund) =>
        db.InTransaction(
            Db.AllClients,
            tx =>
                tx.Scalar<string>(
                    """SELECT state FROM refund WHERE refund_id = @id""",
                    new { id = Guid.Parse(refund.Name.Split('/')[^1]) }
                ),
            CancellationToken.None
        );

    /// <summary>Nothing is held any more, and payments and budgets say the same.</summary>
    private static async Task Ended(RefundsHouse house, long settled)
    {
        Assert.Equal(
            [(settled, 0L)],
            await house.Rows<(long, long)>("""SELECT sum(settled - external)::bigint, sum(held)::bigint FROM payment""")
        );
        Assert.Equal(
            [settled],
            await house.Rows<long>(
                """SELECT sum(amount)::bigint FROM budget_counter WHERE budget NOT LIKE 'client:%'"""
            )
        );
        var (held, _, inBudgets, count) = await house.Held();
        Assert.Equal((0L, 0L, 0L), (held, inBudgets, count));
    }
}
