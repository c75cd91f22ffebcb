using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>What is known before the gateway is called.</summary>
public sealed class FenceTests
{
    [Fact]
    public async Task What_the_gateway_gets_is_written_before_its_first_byte()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("timeout_before", payment.GatewayPaymentKey);
        var refund = await house.Ask(payment, 3_000);

        await house.Gateway.UntilMet(payment.GatewayPaymentKey);

        // The order has arrived and nothing has come back: what we would know if this process died now.
        var id = refund.Name.Split('/')[^1];
        var body = $$"""{"cancelReason":"Mobility refund {{id}}","cancelAmount":3000,"refundableAmount":5000}""";
        Assert.Equal(RefundState.Dispatching, (await house.Get(refund.Name)).State);
        Assert.Equal(
            [(1, $"refund-{id}", body)],
            await house.Rows<(int, string, string)>("""SELECT attempt, gateway_key, body FROM refund_attempt""")
        );
    }
}
