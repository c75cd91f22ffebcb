using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnComplaintDispatchedTests
{
    [Fact]
    public async Task The_reporter_hears_once_that_the_crew_is_on_its_way()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        var dispatched = new ComplaintDispatched { Complaint = Later(complaint, ComplaintState.Dispatched, 3) };

        await house.Apply(new ComplaintFiled { Complaint = complaint }, dispatched, dispatched);

        Assert.Equal(["complaint-dispatched", "complaint-received"], await house.ToldOf(complaint.Complaint));
    }
}
