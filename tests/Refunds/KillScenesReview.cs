using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What a person has to find out.</summary>
public static partial class KillScenes
{
    /// <summary>Stopped while nobody knows: nothing was done, and nothing is let go.</summary>
    private static async Task HandOver(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var refund = await Stopped(house, () => kill(() => Task.CompletedTask));
        Assert.Equal("STOPPED", (await house.Until(refund, RefundState.UnderReview)).GatewayCode);
        await house.Resume();
    }

    /// <summary>Two persons say that nothing was done; what was held is free once.</summary>
    private static async Task Resolve(KillHouse house, Func<Func<Task>, Task> kill, bool killAtFirst)
    {
        var refund = await Stopped(house, () => Task.CompletedTask);
        await house.Until(refund, RefundState.UnderReview);
        await house.Resume();
        house.Move(PaymentComparison.ListDelay);
        await (killAtFirst ? kill(() => house.Resolve(refund)) : house.Resolve(refund));
        Assert.Single((await house.Until(refund, RefundState.UnderReview)).Resolutions);
        await (
            killAtFirst ? house.Resolve(refund, asOfficer: true) : kill(() => house.Resolve(refund, asOfficer: true))
        );
        Assert.Equal(2, (await house.Until(refund, RefundState.Failed)).Resolutions.Count);
    }

    private static async Task<Refund> Stopped(KillHouse house, Func<Task> afterwards)
    {
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, code: "PROVIDER_ERROR");
        // The questions of 22 seconds: however slow this test is, nothing is known before the stop.
        await house.Gateway.Fault("query_error", payment.GatewayPaymentKey, times: 3);
        var refund = await house.Ask(payment, 3_000);
        await house.Until(refund, RefundState.Unconfirmed, push: false);
        await house.Suspend();
        await afterwards();
        return refund;
    }

    /// <summary>A list that was late brought it to a person; the next one proves it.</summary>
    private static async Task SettleReviewed(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("stored_error_after_success", payment.GatewayPaymentKey, code: "COMMON_ERROR");
        await house.Gateway.Fault("query_error", payment.GatewayPaymentKey, times: 3);
        await house.Gateway.Fault("stale_query", payment.GatewayPaymentKey);
        var refund = await house.Ask(payment, 3_000);
        await house.Until(refund, RefundState.Unconfirmed, push: false);
        await house.Suspend();
        await house.Until(refund, RefundState.UnderReview, hint: false);
        await house.Resume();
        await kill(() => house.Hint());
        await house.Until(refund, RefundState.Settled);
    }
}
