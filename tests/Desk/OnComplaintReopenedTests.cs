using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnComplaintReopenedTests
{
    [Fact]
    public async Task The_same_case_opens_again_and_goes_to_somebody_who_is_on_duty()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(
            new ComplaintFiled { Complaint = complaint },
            new ComplaintResolved { Complaint = Later(complaint, ComplaintState.Resolved, 2, answers: 1) }
        );
        var closed = await house.CaseOf(complaint.Complaint);
        house.Service.Clock.Advance(TimeSpan.FromHours(9));
        var late = house.NewPerson();
        await house.Enrol(late, Mobility.Refunds.V1.MemberRole.Agent);
        await house.Put(late, DutyRole.Agent, TimeSpan.Zero, TimeSpan.FromHours(8));

        await house.Apply(new ComplaintReopened { Complaint = Later(complaint, ComplaintState.Filed, 3, answers: 1) });

        var again = await house.CaseOf(complaint.Complaint);
        Assert.Equal((closed.Name, CaseState.Open, late), (again.Name, again.State, again.Owner));
        Assert.Null(again.CloseTime);
        Assert.Equal(2, (await house.EventsOf<CaseOpened>()).Count);
    }

    [Fact]
    public async Task Answered_reopened_and_answered_leaves_the_same_rows_in_every_order()
    {
        await using var house = await Open();
        var complaint = house.Complaint();

        var rows = await house.InEveryOrder(
            new ComplaintFiled { Complaint = complaint },
            new ComplaintResolved { Complaint = Later(complaint, ComplaintState.Resolved, 2, answers: 1) },
            new ComplaintReopened { Complaint = Later(complaint, ComplaintState.Filed, 3, answers: 1) },
            new ComplaintRejected { Complaint = Later(complaint, ComplaintState.Rejected, 4, answers: 2) }
        );

        Assert.Contains(rows, row => row.Contains("complaint-rejected-2", StringComparison.Ordinal));
    }
}
