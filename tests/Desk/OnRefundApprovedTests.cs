using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundApprovedTests
{
    [Fact]
    public async Task A_persons_request_is_part_of_the_rides_case()
    {
        await using var house = await OpenStaffed();
        var first = house.Refund();
        var second = house.Refund();
        second.Ride = first.Ride;

        await house.Apply(new RefundApproved { Refund = first }, new RefundApproved { Refund = second });

        var joined = await house.CaseOf(first.Refund);
        Assert.Equal((await house.CaseOf(second.Refund)).Name, joined.Name);
        Assert.Equal((CaseKind.Refund, CaseState.Open, house.Rider), (joined.Kind, joined.State, joined.Rider));
    }

    [Fact]
    public async Task What_goes_well_by_itself_needs_nobody()
    {
        await using var house = await OpenStaffed();

        await house.Apply(new RefundApproved { Refund = house.SystemRefund(RefundState.Approved) });

        Assert.Equal(0L, Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM cases""")));
    }

    [Fact]
    public async Task A_refund_that_names_a_harmless_fault_makes_the_case_of_that_fault()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault(Mobility.Faults.V1.Grounding.None);
        var refund = house.Refund();
        refund.Fault = fault.Fault;

        await house.Apply(
            new Mobility.Faults.V1.FaultReported { Fault = fault },
            new RefundApproved { Refund = refund }
        );

        var opened = await house.CaseOf(refund.Refund);
        Assert.Equal(CaseKind.Fault, opened.Kind);
        Assert.Equal([refund.Refund], opened.Parts.Select(p => p.Name));
    }
}
