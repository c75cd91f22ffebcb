using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundWithdrawnTests
{
    [Fact]
    public async Task It_closes_the_part()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund();

        await house.Apply(
            new RefundApproved { Refund = refund },
            new RefundWithdrawn { Refund = Later(refund, RefundState.Withdrawn, 2) }
        );

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
        Assert.Empty(await house.ToldOf(refund.Refund));
    }
}
