using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnComplaintWithdrawnTests
{
    [Fact]
    public async Task It_closes_the_case_and_nobody_is_told()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();

        await house.Apply(
            new ComplaintFiled { Complaint = complaint },
            new ComplaintWithdrawn { Complaint = Later(complaint, ComplaintState.Withdrawn, 2) }
        );

        Assert.Equal(CaseState.Closed, (await house.CaseOf(complaint.Complaint)).State);
        Assert.Equal(["complaint-received"], await house.ToldOf(complaint.Complaint));
    }
}
