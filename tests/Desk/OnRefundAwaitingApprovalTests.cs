using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundAwaitingApprovalTests
{
    [Fact]
    public async Task It_joins_the_case_that_it_names_and_keeps_it_open()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(new Mobility.Parking.V1.ComplaintFiled { Complaint = complaint });
        var named = await house.CaseOf(complaint.Complaint);
        var refund = house.Refund(RefundState.AwaitingApproval);
        refund.Case = named.Name;

        await house.Apply(
            new RefundAwaitingApproval { Refund = refund },
            new Mobility.Parking.V1.ComplaintWithdrawn
            {
                Complaint = Later(complaint, Mobility.Parking.V1.ComplaintState.Withdrawn, 2),
            }
        );

        var joined = await house.CaseOf(refund.Refund);
        Assert.Equal((named.Name, CaseState.Open), (joined.Name, joined.State));
    }

    [Fact]
    public async Task Every_step_of_the_chain_is_the_same_part()
    {
        await using var house = await Open();
        var refund = house.Refund(RefundState.AwaitingApproval);

        var rows = await house.InEveryOrder(
            new RefundAwaitingApproval { Refund = refund },
            new RefundAwaitingApproval { Refund = Later(refund, RefundState.AwaitingApproval, 2) },
            new RefundApproved { Refund = Later(refund, RefundState.Approved, 3) },
            new RefundSettled { Refund = Later(refund, RefundState.Settled, 5) }
        );

        Assert.Equal(1, rows.Count(row => row.StartsWith("case", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_case_that_nobody_knows_is_no_reason_to_lose_the_refund()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.AwaitingApproval);
        refund.Case = house.Name("cases");

        await house.Apply(new RefundAwaitingApproval { Refund = refund });

        Assert.Equal(refund.Ride, (await house.CaseOf(refund.Refund)).Ride);
    }
}
