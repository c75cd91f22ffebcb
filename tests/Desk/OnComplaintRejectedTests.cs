using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnComplaintRejectedTests
{
    [Fact]
    public async Task It_closes_the_case_and_the_reporter_hears_why()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        var rejected = Later(complaint, ComplaintState.Rejected, 2, answers: 1);
        rejected.DecisionReason = "PARKED_RIGHT";

        await house.Apply(new ComplaintFiled { Complaint = complaint }, new ComplaintRejected { Complaint = rejected });

        var closed = await house.CaseOf(complaint.Complaint);
        Assert.Equal((CaseState.Closed, false), (closed.State, Assert.Single(closed.Parts).Open));
        Assert.Equal(
            [
                (
                    "complaint-rejected",
                    """{"category": "BLOCKS_ENTRANCE", "vehicle_count": "1", "decision_reason": "PARKED_RIGHT"}"""
                ),
            ],
            await house.Service.Rows<(string, string)>(
                """SELECT kind, told_values::text FROM messages WHERE template = 'complaint-rejected'"""
            )
        );
        Assert.Equal(closed.Name, Assert.Single(await house.EventsOf<CaseClosed>()).Case.Case);
    }

    [Fact]
    public async Task The_case_of_an_episode_stays_open_for_the_others()
    {
        await using var house = await OpenStaffed();
        var first = house.Complaint();
        var second = house.Complaint(first.Episode);

        await house.Apply(
            new ComplaintFiled { Complaint = first },
            new ComplaintFiled { Complaint = second },
            new ComplaintRejected { Complaint = Later(first, ComplaintState.Rejected, 2, answers: 1) }
        );

        Assert.Equal(CaseState.Open, (await house.CaseOf(first.Complaint)).State);
    }
}
