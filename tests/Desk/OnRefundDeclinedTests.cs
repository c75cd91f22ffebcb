using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundDeclinedTests
{
    [Fact]
    public async Task It_closes_the_part_and_who_paid_hears_so()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.AwaitingApproval);

        await house.Apply(
            new RefundAwaitingApproval { Refund = refund },
            new RefundDeclined { Refund = Later(refund, RefundState.Declined, 2) }
        );

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
        Assert.Equal(["refund-declined"], await house.ToldOf(refund.Refund));
    }
}
