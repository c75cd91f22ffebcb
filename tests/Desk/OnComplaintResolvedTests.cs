using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnComplaintResolvedTests
{
    [Fact]
    public async Task Every_complainant_of_an_episode_has_an_answer_and_the_case_is_closed()
    {
        await using var house = await OpenStaffed();
        var first = house.Complaint();
        var second = house.Complaint(first.Episode);

        await house.Apply(
            new ComplaintFiled { Complaint = first },
            new ComplaintFiled { Complaint = second },
            new ComplaintResolved { Complaint = Later(first, ComplaintState.Resolved, 2, answers: 1) },
            new ComplaintResolved { Complaint = Later(second, ComplaintState.Resolved, 2, answers: 1) }
        );

        var closed = await house.CaseOf(first.Complaint);
        Assert.Equal(CaseState.Closed, closed.State);
        Assert.Contains("complaint-resolved", await house.ToldOf(first.Complaint));
        Assert.Contains("complaint-resolved", await house.ToldOf(second.Complaint));
        // The answer stands before the close: the clock of the first answer stops at an answer.
        Assert.Equal(
            [CaseLogKind.Answered, CaseLogKind.Closed],
            closed
                .Log.Select(entry => entry.Kind)
                .Where(kind => kind is CaseLogKind.Answered or CaseLogKind.Closed)
                .Skip(1)
        );
    }

    [Fact]
    public async Task A_second_answer_after_reopening_is_told_too()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();

        await house.Apply(
            new ComplaintFiled { Complaint = complaint },
            new ComplaintUpheld { Complaint = Later(complaint, ComplaintState.Upheld, 2) },
            new ComplaintResolved { Complaint = Later(complaint, ComplaintState.Resolved, 3, answers: 1) },
            new ComplaintReopened { Complaint = Later(complaint, ComplaintState.Filed, 4, answers: 1) },
            new ComplaintUpheld { Complaint = Later(complaint, ComplaintState.Upheld, 5, answers: 1) },
            new ComplaintResolved { Complaint = Later(complaint, ComplaintState.Resolved, 6, answers: 2) }
        );

        Assert.Equal(
            [
                "complaint-received",
                "complaint-reopened",
                "complaint-resolved",
                "complaint-resolved-2",
                "complaint-upheld",
                "complaint-upheld-2",
            ],
            await house.ToldOf(complaint.Complaint)
        );
        Assert.Equal(CaseState.Closed, (await house.CaseOf(complaint.Complaint)).State);
    }
}
