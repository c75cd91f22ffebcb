using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>A mobile carrier closes its bill with the month, which ends in Seoul at 15:00 UTC of 31 March.</summary>
public sealed class CarrierMonthTests
{
    private static readonly DateTimeOffset End = new(2026, 3, 31, 15, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Money_goes_back_until_the_month_ends_in_seoul_and_a_coupon_is_open_after_it()
    {
        await using var house = await OpenWithEveryAction();
        var payment = await PaidByBill(house, 5_000);

        house.Service.Clock.Advance(End - Millisecond - house.Now);
        var before = await house.Quote(Asking(payment, 1_000), house.AsAgent);
        house.Service.Clock.Advance(Millisecond);
        var after = await house.Quote(Asking(payment, 1_000), house.AsAgent);
        var denied = await house.Ask(payment, 1_000);
        var coupon = await house.Quote(Compensating(payment, RefundAction.Coupon, 1_000), house.AsAgent);

        Assert.Equal(DecisionOutcome.Allowed, before.Decision.Outcome);
        Assert.Equal(["GATEWAY_DEADLINE_PASSED"], Failed(after.Decision));
        Assert.Equal(
            [RefundAction.Coupon, RefundAction.RidePass, RefundAction.FeeWaiver],
            after.Decision.InsteadActions
        );
        Assert.Empty(after.Decision.AllowedBy);
        Assert.Equal(["GATEWAY_DEADLINE_PASSED"], Failed(denied));
        Assert.Equal(DecisionOutcome.Allowed, coupon.Decision.Outcome);
    }

    [Fact]
    public async Task Agreement_that_comes_when_the_month_is_over_comes_too_late_and_frees_what_was_held()
    {
        await using var house = await OpenWithTiers();
        var payment = await PaidByBill(house, 50_000);
        house.Service.Clock.Advance(End - Millisecond - house.Now);
        var (inTime, late) = (await house.Ask(payment, 12_000), await house.Ask(payment, 13_000));

        inTime = await house.Approve(inTime, house.AsLead);
        house.Service.Clock.Advance(Millisecond);
        late = await house.Approve(late, house.AsLead);

        Assert.NotEqual(RefundState.Denied, inTime.State);
        Assert.Equal((RefundState.Denied, "GATEWAY_DEADLINE_PASSED"), (late.State, Assert.Single(Failed(late))));
        await house.Until(inTime.Name, RefundState.Settled);
        Assert.Equal((0L, 12_000L, 0L, 0L), await house.Held());
    }

    private static async Task<Payment> PaidByBill(RefundsHouse house, long won)
    {
        var recording = house.Recording(won);
        recording.Payment.Instrument = Instrument.MobileCarrier;
        await house.Gateway.Capture(recording.Payment.GatewayPaymentKey, won);
        return await house.Rpc.RecordPaymentAsync(recording, house.AsOperator);
    }
}
