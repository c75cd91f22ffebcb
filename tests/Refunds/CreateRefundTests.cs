using Mobility.Refunds.V1;
using Xunit;

namespace Mobility.Tests.Refunds;

public sealed class CreateRefundTests
{
    [Fact]
    public async Task What_the_delegation_allows_is_approved_and_settles_at_the_gateway()
    {
        await using var house = await RefundsHouse.OpenWithDelegation();
        var payment = await house.Pay(5_000);

        var refund = await house.Ask(payment, 3_000);

        Assert.Equal(RefundState.Approved, refund.State);
        Assert.Equal("agents", refund.Decision.Clause);
        Assert.Equal(house.Agent, refund.RequestedBy);
        var settled = await house.Until(refund.Name, RefundState.Settled);
        Assert.NotEmpty(settled.GatewayTransactionKey);
        Assert.Equal(2_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }
}
