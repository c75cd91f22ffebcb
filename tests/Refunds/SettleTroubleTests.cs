using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What the gateway answers wrongly, late or not for good: the money goes once, under one key for
/// life.</summary>
public sealed class SettleTroubleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_stored_error_that_hides_a_cancel_is_looked_behind()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault(
            "stored_error_after_success",
            payment.GatewayPaymentKey,
            code: "FAILED_INTERNAL_SYSTEM_PROCESSING"
        );

        var refund = await house.Ask(payment, 3_000);
        var settled = await house.Until(refund.Name, RefundState.Settled, Second);

        Assert.Equal(1, settled.AttemptCount);
        Assert.Equal(2_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Theory]
    [InlineData("FAILED_INTERNAL_SYSTEM_PROCESSING")]
    [InlineData("FAILED_PARTIAL_REFUND")]
    public async Task A_stored_error_with_nothing_behind_it_ends_with_a_person_under_the_one_key(string code)
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("stored_error", payment.GatewayPaymentKey, code: code);

        var refund = await house.Ask(payment, 3_000);
        var review = await house.Until(refund.Name, RefundState.UnderReview, TimeSpan.FromMinutes(20));

        Assert.True(review.AttemptCount > 1);
        Assert.Equal([1L], await house.Rows<long>("""SELECT count(DISTINCT gateway_key) FROM refund_attempt"""));
        Assert.Equal([3_000L], await house.Rows<long>("""SELECT held FROM payment"""));
        Assert.Equal(5_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Theory]
    [InlineData("PROVIDER_ERROR")]
    [InlineData("COMMON_ERROR")]
    [InlineData("FAILED_METHOD_HANDLING_CANCEL")]
    public async Task An_error_that_passes_is_tried_again_under_the_same_key(string code)
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, code: code);

        var refund = await house.Ask(payment, 3_000);
        var settled = await house.Until(refund.Name, RefundState.Settled, Second);

        Assert.Equal(2, settled.AttemptCount);
        Assert.Equal([1L], await house.Rows<long>("""SELECT count(DISTINCT gateway_key) FROM refund_attempt"""));
    }

    [Fact]
    public async Task A_cancel_too_soon_after_another_is_put_off_and_then_done()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        var first = await house.Ask(payment, 1_000);
        await house.Until(first.Name, RefundState.Settled);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, code: "FORBIDDEN_CONSECUTIVE_REQUEST");

        var second = await house.Ask(payment, 2_000);
        var settled = await house.Until(second.Name, RefundState.Settled, Second);

        Assert.Equal(2, settled.AttemptCount);
        Assert.Equal(
            ["FORBIDDEN_CONSECUTIVE_REQUEST", ""],
            await house.Rows<string>(
                """SELECT gateway_code FROM refund_attempt WHERE refund_id = @id ORDER BY attempt""",
                new { id = IdOf(second) }
            )
        );
        Assert.Equal(2_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task A_refusal_of_the_second_attempt_is_no_proof_while_lists_may_be_late()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        var refund = await house.AskInVain(payment, 3_000, "timeout_before");
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, times: 100, code: "NOT_CANCELABLE_PAYMENT");

        house.Service.Clock.Advance(TimeSpan.FromSeconds(2));
        await house.Until(async () => await Code(house, refund) == "NOT_CANCELABLE_PAYMENT", "its refusal");
        Assert.Equal(RefundState.Unconfirmed, (await house.Get(refund.Name)).State);
        Assert.Equal([3_000L], await house.Rows<long>("""SELECT held FROM payment"""));

        var failed = await house.Until(refund.Name, RefundState.Failed, Second);
        var sent = await house.Rows<DateTimeOffset>("""SELECT min(dispatch_time) FROM refund_attempt""");
        Assert.True(failed.UpdateTime.ToDateTimeOffset() >= sent[0] + RefundFlow.SettleDelay);
        Assert.Equal([0L], await house.Rows<long>("""SELECT held FROM payment"""));
    }

    [Fact]
    public async Task A_refusal_is_no_proof_while_lists_may_lack_an_attempt_that_was_not_the_first()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, code: "FORBIDDEN_CONSECUTIVE_REQUEST");
        var refund = await house.Ask(payment, 3_000);
        await house.Until(async () => await Code(house, refund) == "FORBIDDEN_CONSECUTIVE_REQUEST", "its refusal");

        // More than a minute after the first attempt, the second one is lost.
        await house.Gateway.Fault("timeout_before", payment.GatewayPaymentKey);
        house.Service.Clock.Advance(RefundFlow.SettleDelay * 2);
        await house.Until(() => house.Gateway.IsMet(payment.GatewayPaymentKey), "the second attempt");
        house.Service.Clock.Advance(GatewayHttp.Patience);
        await house.Until(refund.Name, RefundState.Unconfirmed);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, times: 100, code: "NOT_CANCELABLE_PAYMENT");
        house.Service.Clock.Advance(TimeSpan.FromSeconds(2));
        await house.Until(async () => await Code(house, refund) == "NOT_CANCELABLE_PAYMENT", "the next refusal");

        Assert.Equal(RefundState.Unconfirmed, (await house.Get(refund.Name)).State);
        await house.Until(refund.Name, RefundState.Failed, Second);
    }

    [Fact]
    public async Task What_the_gateway_refuses_for_now_for_a_day_is_refused_and_the_next_refund_goes_on()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, times: 2, code: "UNAUTHORIZED_KEY");
        var refund = await house.Ask(payment, 3_000);
        await house.Until(async () => await Code(house, refund) == "UNAUTHORIZED_KEY", "the first refusal");
        var next = await house.Ask(payment, 1_000);
        await house.Until(async () => await Code(house, next) == RefundSteps.PaymentBusy, "being put off");

        // A day of it: the next refusal is the 105th.
        await house.Rows<Guid>(
            """UPDATE refund SET attempt_count = 104, next_time = @Now WHERE refund_id = @id RETURNING refund_id""",
            new { id = IdOf(refund), house.Now }
        );
        var failed = await house.Until(refund.Name, RefundState.Failed);

        Assert.Equal(("UNAUTHORIZED_KEY", 105), (failed.GatewayCode, failed.AttemptCount));
        // By no move of the clock: the end of the one before lets it go on.
        await house.Until(next.Name, RefundState.Settled);
        Assert.Equal([(1_000L, 0L)], await house.Rows<(long, long)>("""SELECT settled, held FROM payment"""));
    }

    [Fact]
    public async Task Who_waits_for_another_refund_of_the_payment_is_put_off_and_goes_on_when_that_one_ends()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("pending", payment.GatewayPaymentKey);
        var first = await house.Ask(payment, 3_000);
        await house.Until(first.Name, RefundState.PendingAtGateway);
        var second = await house.Ask(payment, 1_000);
        await house.Until(async () => await Code(house, second) == RefundSteps.PaymentBusy, "being put off");

        Assert.Equal(
            [true],
            await house.Rows<bool>(
                """SELECT next_time > @Now FROM refund WHERE refund_id = @id""",
                new { house.Now, id = IdOf(second) }
            )
        );
        await house.Gateway.Complete(payment.GatewayPaymentKey);
        await house.Rpc.RereadPaymentAsync(new() { Gateway = "toss", GatewayPaymentKey = payment.GatewayPaymentKey });

        await house.Until(first.Name, RefundState.Settled);
        var settled = await house.Until(second.Name, RefundState.Settled);
        Assert.Equal(("", 1), (settled.GatewayCode, settled.AttemptCount));
    }

    [Fact]
    public async Task A_stop_withdraws_what_was_put_off_before_its_time()
    {
        await using var house = await OpenWithOwnGateway();
        var delegation = await house.Grant();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("pending", payment.GatewayPaymentKey);
        var first = await house.Ask(payment, 3_000);
        await house.Until(first.Name, RefundState.PendingAtGateway);
        var second = await house.Ask(payment, 1_000);
        await house.Until(async () => await Code(house, second) == RefundSteps.PaymentBusy, "being put off");

        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);

        await house.Until(second.Name, RefundState.Withdrawn);
        Assert.Equal(RefundState.PendingAtGateway, (await house.Get(first.Name)).State);
        Assert.Equal([3_000L], await house.Rows<long>("""SELECT held FROM payment"""));
    }

    [Fact]
    public async Task A_list_that_is_late_does_not_make_an_order_go_out_under_a_forgotten_key()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        var refund = await house.AskInVain(payment, 3_000, "timeout_after_success");
        await house.Gateway.UntilLedgerHas(payment.GatewayPaymentKey);
        await house.Gateway.Fault("stale_query", payment.GatewayPaymentKey);

        // Nobody looked for two weeks: the gateway may have let go of the key, and its list is late besides.
        house.Service.Clock.Advance(RefundFlow.KeyLife);
        var review = await house.Until(refund.Name, RefundState.UnderReview, Second);

        Assert.Equal(("KEY_EXPIRED", 1), (review.GatewayCode, review.AttemptCount));
        Assert.Equal([3_000L], await house.Rows<long>("""SELECT held FROM payment"""));
        // The next answer has it, and proof counts whenever it comes.
        await house.Rpc.RereadPaymentAsync(new() { Gateway = "toss", GatewayPaymentKey = payment.GatewayPaymentKey });
        await house.Until(refund.Name, RefundState.Settled, Second);
        Assert.Equal(2_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    private static async Task<string> Code(RefundsHouse house, Refund refund) =>
        (await house.Get(refund.Name)).GatewayCode;

    private static Guid IdOf(Refund refund) => Guid.Parse(refund.Name.Split('/')[^1]);
}
