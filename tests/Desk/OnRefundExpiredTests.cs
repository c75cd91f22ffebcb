using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundExpiredTests
{
    [Fact]
    public async Task It_closes_the_part_and_who_paid_hears_so_once()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.AwaitingApproval);
        var expired = new RefundExpired { Refund = Later(refund, RefundState.Expired, 2) };

        await house.Apply(new RefundAwaitingApproval { Refund = refund }, expired, expired);

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
        Assert.Equal(["refund-expired"], await house.ToldOf(refund.Refund));
    }

    [Fact]
    public async Task What_the_machine_asked_for_is_told_to_who_reported_in_every_order()
    {
        await using var house = await Open();
        var fault = house.Fault(Grounding.None);
        var refund = house.SystemRefund(RefundState.AwaitingApproval, fault.Fault);

        var rows = await house.InEveryOrder(
            new FaultReported { Fault = fault },
            new RefundAwaitingApproval { Refund = refund },
            new RefundExpired { Refund = Later(refund, RefundState.Expired, 2) }
        );

        Assert.Single(rows, row => row.Contains("refund-expired", StringComparison.Ordinal));
    }
}
