using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundReturnedTests
{
    [Theory]
    [InlineData("system")]
    [InlineData(null)]
    public async Task It_waits_for_a_person_whoever_asked_for_it(string? requestedBy)
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.Settled, requestedBy);

        await house.Apply(
            new RefundSettled { Refund = refund },
            new RefundReturned { Refund = Later(refund, RefundState.Returned, 3) }
        );

        var open = await house.CaseOf(refund.Refund);
        Assert.Equal((CaseState.Open, true), (open.State, Assert.Single(open.Parts).Open));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_asked_hears_so_once_whichever_came_first(bool settledCameLate)
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.Settled);
        var settled = new RefundSettled { Refund = refund };
        var returned = new RefundReturned { Refund = Later(refund, RefundState.Returned, 5) };

        await (settledCameLate ? house.Apply(returned, settled) : house.Apply(settled, returned));

        Assert.Equal(["refund-returned", "refund-settled"], (await house.ToldOf(refund.Refund)).Order());
        var open = await house.CaseOf(refund.Refund);
        await house.Close(open.Name);
        await house.Apply(returned);
        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
    }
}
