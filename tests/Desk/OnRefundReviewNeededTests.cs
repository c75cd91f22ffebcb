using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundReviewNeededTests
{
    [Fact]
    public async Task It_opens_a_case_even_if_the_machine_asked_for_it()
    {
        await using var house = await OpenStaffed();
        var refund = house.SystemRefund(RefundState.UnderReview);

        await house.Apply(new RefundReviewNeeded { Refund = refund });

        var open = await house.CaseOf(refund.Refund);
        Assert.Equal((CaseKind.Refund, CaseChannel.System, CaseState.Open), (open.Kind, open.Channel, open.State));
        Assert.True(Assert.Single(open.Parts).Open);
    }
}
