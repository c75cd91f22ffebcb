using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class EraseComplaintContactTests
{
    [Fact]
    public async Task The_contact_is_gone_and_everything_else_stays()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Complaining();
        request.Complaint.Contact = "010-1234-5678";
        var filed = await house.File(request);
        var erase = new EraseComplaintContactRequest { Name = filed.Name, RequestId = house.NewId() };

        var erased = await ParkingHouse.TenAtOnce(async () =>
            await house.Rpc.EraseComplaintContactAsync(erase, house.AsLead)
        );

        Assert.Equal((false, 2L, filed.Note), (erased.HasContact, erased.Revision, erased.Note));
        Assert.Empty(await house.Service.Rows<Guid>("""SELECT complaint_id FROM contacts"""));
        var read = new GetComplaintContactRequest { Name = filed.Name, Purpose = "call back" };
        Assert.Empty((await house.Rpc.GetComplaintContactAsync(read, house.AsAgent)).Contact);
        Assert.Equal(ComplaintState.Filed, (await house.Track(filed.TrackingCode)).State);
    }

    [Fact]
    public async Task Where_there_is_none_nothing_changes()
    {
        await using var house = await ParkingHouse.Open();
        var erase = new EraseComplaintContactRequest { Name = (await house.File()).Name, RequestId = house.NewId() };
        Assert.Equal(1, (await house.Rpc.EraseComplaintContactAsync(erase, house.AsLead)).Revision);
    }

    [Fact]
    public async Task Only_leads_and_officers_erase()
    {
        await using var house = await ParkingHouse.Open();
        var erase = new EraseComplaintContactRequest { Name = (await house.File()).Name, RequestId = house.NewId() };
        await house.AdmitsOnly(
            async caller => await house.Rpc.EraseComplaintContactAsync(erase, caller),
            Role.Lead,
            Role.ClientOfficer
        );
    }
}
