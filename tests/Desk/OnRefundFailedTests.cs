using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundFailedTests
{
    [Theory]
    [InlineData("system")]
    [InlineData(null)]
    public async Task It_waits_for_a_person_whoever_asked_for_it(string? requestedBy)
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.Failed, requestedBy);

        await house.Apply(new RefundFailed { Refund = refund });

        Assert.Equal(CaseState.Open, (await house.CaseOf(refund.Refund)).State);
    }
}
