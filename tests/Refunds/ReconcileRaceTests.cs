using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>A comparison with the gateway beside a refund that is under way.</summary>
public sealed class ReconcileRaceTests
{
    [Fact]
    public async Task What_settles_while_the_gateway_is_asked_is_ours_all_the_same()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        Refund? refund = null;
        await using var slow = await SlowGateway.Start(
            house,
            async () => refund = await house.Until((await house.Ask(payment, 3_000)).Name, RefundState.Settled)
        );
        await house.Service.Db.InTransaction(
            TestIssuer.Client,
            tx => PaymentCheckTable.Want(tx, Guid.Parse(payment.Name.Split('/')[^1])),
            CancellationToken.None
        );

        await new ReconcilePayments().Follow(slow.Job());

        Assert.NotNull(refund);
        Assert.Equal(
            [(3_000L, 0L, 0L)],
            await house.Rows<(long, long, long)>("""SELECT settled, held, external FROM payment""")
        );
        Assert.Empty(await house.Rows<string>("""SELECT transaction_key FROM external_refund"""));
        Assert.DoesNotContain(
            house.Service.LogLines,
            line => line.Contains("is unexplained", StringComparison.Ordinal)
        );
    }
}
