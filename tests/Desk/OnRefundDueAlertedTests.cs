using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundDueAlertedTests
{
    [Fact]
    public async Task What_the_machine_asked_for_and_is_not_back_becomes_somebodys_case()
    {
        await using var house = await OpenStaffed();
        var refund = house.SystemRefund(RefundState.Approved);
        await house.Apply(new RefundApproved { Refund = refund });

        await house.Apply(Alert(refund), Alert(refund, DueAlert.Overdue));

        var open = await house.CaseOf(refund.Refund);
        Assert.Equal((CaseState.Open, CaseKind.Refund), (open.State, open.Kind));
        Assert.NotEmpty(open.Owner);
    }

    [Theory]
    [InlineData(RefundState.Expired)]
    [InlineData(RefundState.Withdrawn)]
    public async Task What_nobody_answered_or_a_stop_withdrew_waits_for_a_person_in_every_order(RefundState state)
    {
        await using var house = await Open();
        var refund = house.Refund(RefundState.AwaitingApproval);
        var ended = Later(refund, state, 2);

        var rows = await house.InEveryOrder(
            new RefundAwaitingApproval { Refund = refund },
            state == RefundState.Expired
                ? new RefundExpired { Refund = ended }
                : new RefundWithdrawn { Refund = ended },
            Alert(ended)
        );

        Assert.NotEmpty(rows);
        Assert.Equal(CaseState.Open, (await house.CaseOf(refund.Refund)).State);
    }

    [Fact]
    public async Task Once_it_is_paid_nothing_waits_in_every_order()
    {
        await using var house = await Open();
        var refund = house.Refund();

        await house.InEveryOrder(
            new RefundApproved { Refund = refund },
            Alert(refund),
            new RefundSettled { Refund = Later(refund, RefundState.Settled, 2) }
        );

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
    }

    private static RefundDueAlerted Alert(RefundSnapshot refund, DueAlert alert = DueAlert.DayBefore) =>
        new()
        {
            Refund = refund,
            Alert = alert,
            DueTime = refund.UpdateTime,
        };
}
