using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundWithdrawnTests
{
    [Fact]
    public async Task It_closes_the_part_and_who_paid_hears_so_once()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund();
        var withdrawn = new RefundWithdrawn { Refund = Later(refund, RefundState.Withdrawn, 2) };

        await house.Apply(new RefundApproved { Refund = refund }, withdrawn, withdrawn);

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
        Assert.Equal(["refund-withdrawn"], await house.ToldOf(refund.Refund));
    }

    [Fact]
    public async Task A_stop_that_meets_the_machines_refund_is_told_to_who_reported_and_to_nobody_else()
    {
        await using var house = await OpenStaffed();
        var (own, other) = (house.Fault(Grounding.None), house.Fault(Grounding.None));
        other.Reporter = house.Name("riders");
        var asked = house.SystemRefund(RefundState.Withdrawn, own.Fault);
        var caused = house.SystemRefund(RefundState.Withdrawn, other.Fault);

        await house.Apply(
            new RefundWithdrawn { Refund = asked },
            new RefundWithdrawn { Refund = caused },
            new FaultReported { Fault = own },
            new FaultReported { Fault = other }
        );

        Assert.Equal(["refund-withdrawn"], await house.ToldOf(asked.Refund));
        Assert.Empty(await house.ToldOf(caused.Refund));
    }
}
