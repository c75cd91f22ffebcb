using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundAwaitingEvidenceTests
{
    [Fact]
    public async Task It_keeps_the_case_open_and_is_the_same_part_when_the_evidence_comes()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.AwaitingEvidence);

        await house.Apply(new RefundAwaitingEvidence { Refund = refund });
        var waiting = await house.CaseOf(refund.Refund);
        await house.Apply(new RefundSettled { Refund = Later(refund, RefundState.Settled, 3) });
        var settled = await house.CaseOf(refund.Refund);

        Assert.Equal((CaseState.Open, waiting.Name), (waiting.State, settled.Name));
        Assert.Single(settled.Parts);
        Assert.False(settled.Parts[0].Open);
    }
}
