using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundExpiredTests
{
    [Fact]
    public async Task It_closes_the_part()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.AwaitingApproval);

        await house.Apply(
            new RefundAwaitingApproval { Refund = refund },
            new RefundExpired { Refund = Later(refund, RefundState.Expired, 2) }
        );

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
    }
}
