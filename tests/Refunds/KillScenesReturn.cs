using Mobility.Refunds.V1;
using Xunit;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What leads to the commits of a refund that comes back.</summary>
public static partial class KillScenes
{
    private static async Task Return(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var payment = await house.Pay(5_000);
        var refund = await house.Until(await house.Ask(payment, 3_000), RefundState.Settled);
        await house.Gateway.Return(payment.GatewayPaymentKey);
        await kill(() => house.Hint());
        await house.Until(refund, RefundState.Returned);
    }

    private static async Task Replace(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var payment = await house.Pay(5_000);
        var returned = await house.Until(await house.Ask(payment, 3_000), RefundState.Settled);
        await house.Gateway.Return(payment.GatewayPaymentKey);
        await house.Hint();
        await house.Until(returned, RefundState.Returned);
        Refund? refund = null;
        await kill(async () => refund = await house.Ask(payment, 3_000, replaces: returned.Name));
        await house.Until(refund!, RefundState.Settled);
        Assert.Equal(refund!.Name, (await house.Until(returned, RefundState.Closed)).ReplacedBy);
    }
}
