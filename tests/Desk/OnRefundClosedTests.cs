using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundClosedTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_came_back_and_was_replaced_waits_for_nobody_whichever_came_first(bool closedCameFirst)
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.Settled);
        var returned = new RefundReturned { Refund = Later(refund, RefundState.Returned, 3) };
        var closed = new RefundClosed { Refund = Later(refund, RefundState.Closed, 4) };

        await (closedCameFirst ? house.Apply(closed, returned) : house.Apply(returned, closed));

        var after = await house.CaseOf(refund.Refund);
        Assert.Equal((CaseState.Closed, false), (after.State, Assert.Single(after.Parts).Open));
    }
}
