using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnComplaintUpheldTests
{
    [Fact]
    public async Task The_reporter_hears_it_and_the_case_has_its_first_answer()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = complaint });

        await house.Apply(new ComplaintUpheld { Complaint = Later(complaint, ComplaintState.Upheld, 2) });

        var open = await house.CaseOf(complaint.Complaint);
        Assert.Equal(CaseState.Open, open.State);
        Assert.Equal(CaseLogKind.Answered, open.Log[^1].Kind);
        Assert.Equal(SlaClockState.Met, open.Clocks.Single(c => c.Kind == SlaClockKind.FirstAnswer).State);
        Assert.Equal(["complaint-received", "complaint-upheld"], await house.ToldOf(complaint.Complaint));
    }

    [Fact]
    public async Task It_may_be_the_first_that_is_heard_of_the_complaint()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();

        await house.Apply(new ComplaintUpheld { Complaint = Later(complaint, ComplaintState.Upheld, 2) });
        await house.Apply(new ComplaintFiled { Complaint = complaint });

        Assert.True(Assert.Single((await house.CaseOf(complaint.Complaint)).Parts).Open);
        Assert.Equal(["complaint-received", "complaint-upheld"], await house.ToldOf(complaint.Complaint));
    }
}
