using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>On its way to the gateway and back a refund waits for no admission, a process for no other, and a stop for
/// what has begun.</summary>
public sealed class SideBySideTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Fence_and_settlement_pass_while_an_admission_has_the_delegation_and_its_counters()
    {
        await using var house = await OpenWithDelegation();
        var refund = await PutOff(house);
        await using var admission = await Stopper.Lock(house);
        await admission.Run(
            """
            SELECT pg_advisory_xact_lock(7221, hashtext(delegation_id::text))::text
                || pg_advisory_xact_lock_shared(7222, hashtext(delegation_id::text))::text FROM delegation
            """
        );
        await admission.Run("""SELECT 1 FROM budget_counter FOR NO KEY UPDATE""");

        var settled = await house.Until(refund.Name, RefundState.Settled, Second);

        Assert.Equal(2, settled.AttemptCount);
        await admission.DisposeAsync();
        Assert.Empty(await RefundBooks.Unbalanced(house.Service.Db));
    }

    [Fact]
    public async Task A_stop_waits_for_the_fence_that_was_there_first_and_that_refund_is_sent()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var refund = await PutOff(house);
        await using var payment = await Stopper.Lock(house, """SELECT 1 FROM payment FOR NO KEY UPDATE""");
        house.Service.Clock.Advance(Second);
        await house.Until(async () => await payment.Waiters() == 1, "the fence at the payment");

        var stop = house.Suspend(delegation);
        await payment.UntilAwaited(2);
        Assert.False(stop.IsCompleted);
        await payment.DisposeAsync();

        Assert.Equal(DelegationState.Suspended, (await stop).State);
        Assert.Equal(2, (await house.Until(refund.Name, RefundState.Settled)).AttemptCount);
    }

    [Fact]
    public async Task A_fence_that_waited_for_a_stop_sees_it_and_nothing_is_sent()
    {
        await using var house = await OpenWithDelegation();
        var refund = await PutOff(house);
        await using var stop = await Stopper.Lock(
            house,
            """SELECT pg_advisory_xact_lock(7222, hashtext(delegation_id::text))::text FROM delegation"""
        );
        house.Service.Clock.Advance(Second);
        await house.Until(async () => await stop.Waiters() == 1, "the fence at the door");

        await stop.Run("""UPDATE delegation SET state = 'Suspended', epoch = epoch + 1, suspend_time = now()""");
        await stop.Run("""COMMIT""");

        Assert.Equal(1, (await house.Until(refund.Name, RefundState.Withdrawn)).AttemptCount);
        Assert.Equal([1L], await house.Rows<long>("""SELECT count(*) FROM refund_attempt"""));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_refund_that_another_process_looks_at_is_left_to_it()
    {
        await using var house = await OpenWithDelegation();
        var refund = await PutOff(house);
        await using var other = await Stopper.Lock(
            house,
            """SELECT pg_advisory_xact_lock(7224, hashtext(refund_id::text))::text FROM refund"""
        );
        house.Service.Clock.Advance(Second);

        await new SettleRefunds().Run(house.Service.Job());

        Assert.Equal(
            (RefundState.Approved, 1),
            await house.Get(refund.Name) is var seen ? (seen.State, seen.AttemptCount) : default
        );
        Assert.Equal(0, await other.Waiters());
        await other.DisposeAsync();
        await house.Until(refund.Name, RefundState.Settled, Second);
    }

    /// <summary>A refund that the gateway refused for now, a second before it goes again.</summary>
    private static async Task<Refund> PutOff(RefundsHouse house)
    {
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, code: "FORBIDDEN_CONSECUTIVE_REQUEST");
        var refund = await house.Ask(payment, 3_000);
        await house.Until(
            async () => await house.Get(refund.Name) is { State: RefundState.Approved, AttemptCount: 1 },
            "put off"
        );
        return refund;
    }
}
