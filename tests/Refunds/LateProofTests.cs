using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>A reply that comes after the machine had given up counts all the same.</summary>
public sealed class LateProofTests
{
    [Fact]
    public async Task Proof_that_comes_after_the_refund_went_to_a_person_settles_it()
    {
        await using var house = await OpenWithOwnGateway();
        var delegation = await house.Grant();
        var payment = await house.Pay(5_000);
        var refund = await house.AskHeld(payment, 3_000);

        // Another process takes the slow call for a dead one, finds nothing at the gateway and a stop.
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        house.Service.Clock.Advance(TimeSpan.FromSeconds(7));
        await new SettleRefunds().Run(house.Service.Job());
        Assert.Equal(RefundState.UnderReview, (await house.Get(refund.Name)).State);
        await house.Gateway.Post("/simulator/release", "{}");

        var settled = await house.Until(refund.Name, RefundState.Settled);

        Assert.NotEmpty(settled.GatewayTransactionKey);
        Assert.Equal([(3_000L, 0L)], await house.Rows<(long, long)>("""SELECT settled, held FROM payment"""));
        Assert.Equal(
            [(3_000L, 1L)],
            await house.Rows<(long, long)>("""SELECT amount, count FROM budget_counter WHERE budget = 'daily'""")
        );
        Assert.Equal((0L, 3_000L, 0L, 0L), await house.Held());
    }
}
