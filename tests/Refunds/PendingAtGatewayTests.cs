using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What the gateway takes and does later, or does not do after all.</summary>
public sealed class PendingAtGatewayTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task It_stays_held_while_the_gateway_works_on_it_and_settles_once_the_gateway_says_so()
    {
        await using var house = await OpenWithDelegation();
        var (payment, refund) = await Taken(house);
        var second = await house.Ask(payment, 1_000);

        Assert.Equal((4_000L, 0L, 4_000L, 2L), await house.Held());
        Assert.Equal(
            ["CANCEL_IN_PROGRESS"],
            await house.Rows<string>("""SELECT gateway_code FROM refund_attempt WHERE outcome = 'Accepted'""")
        );
        await UntilAsked(house, refund, 2);
        Assert.Equal(RefundState.PendingAtGateway, (await house.Get(refund.Name)).State);
        Assert.Equal((RefundState.Approved, 0), await StateOf(house, second));

        await house.Gateway.Complete(payment.GatewayPaymentKey);
        var settled = await house.Until(refund.Name, RefundState.Settled, Second);
        await house.Until(second.Name, RefundState.Settled, Second);

        Assert.Equal((1, ""), (settled.AttemptCount, settled.GatewayCode));
        Assert.Equal((0L, 4_000L, 0L, 0L), await house.Held());
        Assert.Equal(1_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task One_that_comes_to_nothing_fails_and_what_was_held_is_free_again()
    {
        await using var house = await OpenWithDelegation();
        var (payment, refund) = await Taken(house);

        await house.Gateway.Return(payment.GatewayPaymentKey);
        var failed = await house.Until(refund.Name, RefundState.Failed, Second);

        Assert.Equal((1, "CANCEL_ABORTED"), (failed.AttemptCount, failed.GatewayCode));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        // The whole of it may be asked for anew.
        await house.Until((await house.Ask(payment, 5_000)).Name, RefundState.Settled, Second);
    }

    [Fact]
    public async Task One_that_never_ends_reaches_a_person_within_a_day_and_a_hint_settles_it_there()
    {
        await using var house = await OpenWithDelegation();
        var (payment, refund) = await Taken(house);

        var review = refund;
        while (review.State == RefundState.PendingAtGateway)
        {
            await AskNext(house);
            review = await house.Get(refund.Name);
        }

        Assert.Equal(RefundState.UnderReview, review.State);
        Assert.Equal((1, "CANCEL_IN_PROGRESS"), (review.AttemptCount, review.GatewayCode));
        var delays = Enumerable.Range(0, 100).Count(asked => RefundFlow.ProbeDelay(asked) is not null);
        Assert.Equal([delays - 1], await house.Rows<int>("""SELECT probe_count FROM refund"""));
        Assert.Equal((3_000L, 0L, 3_000L, 1L), await house.Held());
        Assert.Equal(RefundReviewNeeded.Descriptor.FullName, (await house.Service.Events())[^1].Type);

        await house.Gateway.Complete(payment.GatewayPaymentKey);
        await Hint(house, payment);
        await house.Until(refund.Name, RefundState.Settled, Second);
    }

    [Fact]
    public async Task What_a_person_does_in_its_stead_at_the_gateway_is_its_proof()
    {
        await using var house = await OpenWithDelegation();
        var (payment, refund) = await Taken(house);
        await house.Gateway.Return(payment.GatewayPaymentKey);
        var id = refund.Name.Split('/')[^1];
        await house.Gateway.Cancel(
            payment.GatewayPaymentKey,
            $$"""{"cancelReason":"Mobility refund {{id}}","cancelAmount":3000,"refundableAmount":5000}"""
        );

        await Hint(house, payment);

        await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal((0L, 3_000L, 0L, 0L), await house.Held());
        Assert.Equal(2_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task A_hint_has_the_gateway_asked_at_once()
    {
        await using var house = await OpenWithDelegation();
        var (payment, refund) = await Taken(house);
        await house.Gateway.Complete(payment.GatewayPaymentKey);

        await Hint(house, payment);

        // On a clock that stands still the question of the schedule is never due.
        await house.Until(refund.Name, RefundState.Settled);
    }

    [Fact]
    public async Task A_list_that_does_not_show_it_yet_neither_lets_it_go_nor_sends_it_again()
    {
        await using var house = await OpenWithDelegation();
        var (payment, refund) = await Taken(house);
        await house.Gateway.Fault("stale_query", payment.GatewayPaymentKey, times: 2);
        await house.Gateway.Fault("query_error", payment.GatewayPaymentKey);

        await UntilAsked(house, refund, 3);

        Assert.Equal((RefundState.PendingAtGateway, 1), await StateOf(house, refund));
        Assert.Equal((3_000L, 0L, 3_000L, 1L), await house.Held());
        await house.Gateway.Complete(payment.GatewayPaymentKey);
        await house.Until(refund.Name, RefundState.Settled, Second);
    }

    [Theory]
    [InlineData(true, RefundState.Settled)]
    [InlineData(false, RefundState.Failed)]
    public async Task One_whose_reply_was_lost_is_found_under_way_or_come_to_nothing(bool done, RefundState end)
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("pending", payment.GatewayPaymentKey);
        var refund = await house.AskInVain(payment, 3_000, "timeout_after_success");
        await house.Gateway.UntilLedgerHas(payment.GatewayPaymentKey);
        if (done)
        {
            house.Service.Clock.Advance(TimeSpan.FromSeconds(2));
            await house.Until(refund.Name, RefundState.PendingAtGateway);
            await house.Gateway.Complete(payment.GatewayPaymentKey);
        }
        else
        {
            await house.Gateway.Return(payment.GatewayPaymentKey);
        }

        var ended = await house.Until(refund.Name, end, Second);

        Assert.Equal(1, ended.AttemptCount);
        Assert.Equal((0L, done ? 3_000L : 0L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_stop_neither_lets_it_go_nor_hinders_its_end()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var (payment, refund) = await Taken(house);

        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        await UntilAsked(house, refund, 2);
        Assert.Equal((RefundState.PendingAtGateway, 1), await StateOf(house, refund));
        await house.Gateway.Complete(payment.GatewayPaymentKey);

        await house.Until(refund.Name, RefundState.Settled, Second);
    }

    /// <summary>A refund of 3,000 won of 5,000 that the gateway works on.</summary>
    private static async Task<(Payment Payment, Refund Refund)> Taken(RefundsHouse house)
    {
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("pending", payment.GatewayPaymentKey);
        var refund = await house.Ask(payment, 3_000);
        return (payment, await house.Until(refund.Name, RefundState.PendingAtGateway));
    }

    private static async Task Hint(RefundsHouse house, Payment payment) =>
        await house.Rpc.RereadPaymentAsync(new() { Gateway = "toss", GatewayPaymentKey = payment.GatewayPaymentKey });

    /// <summary>Moves the clock on until the gateway was asked so often.</summary>
    private static Task UntilAsked(RefundsHouse house, Refund refund, int times) =>
        house.Until(
            async () =>
            {
                house.Service.Clock.Advance(Second);
                var asked = await house.Rows<int>(
                    """SELECT probe_count FROM refund WHERE refund_id = @id""",
                    new { id = Guid.Parse(refund.Name.Split('/')[^1]) }
                );
                return asked[0] >= times;
            },
            $"{times} questions"
        );

    /// <summary>Moves the clock to the next question and lets it stand until that is answered: the clock also measures
    /// how long the gateway may take, and a question that is cut off says something else.</summary>
    private static async Task AskNext(RefundsHouse house)
    {
        var (revision, next) = Assert.Single(
            await house.Rows<(long, DateTimeOffset)>("""SELECT revision, next_time FROM refund""")
        );
        house.Service.Clock.Advance(next - house.Now);
        await house.Until(
            async () => (await house.Rows<long>("""SELECT revision FROM refund"""))[0] > revision,
            "an answer"
        );
    }

    private static async Task<(RefundState State, int Attempts)> StateOf(RefundsHouse house, Refund refund)
    {
        var now = await house.Get(refund.Name);
        return (now.State, now.AttemptCount);
    }
}
