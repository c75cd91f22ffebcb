using Mobility.Parking;
using Mobility.Parking.V1;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class EraseDueTests
{
    [Fact]
    public async Task Contacts_and_photos_go_ninety_days_after_the_end_and_not_before()
    {
        await using var house = await ParkingHouse.Open();
        var over = await File(house);
        var open = await File(house);
        await house.Reject(over.Name);
        house.Service.Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromMilliseconds(1));
        await EraseDue.Run(house.Service.Job());
        Assert.Equal((2, 2), await Kept(house));
        house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await EraseDue.Run(house.Service.Job());

        Assert.Equal((1, 1), await Kept(house));
        Assert.False((await house.Get(over.Name)).HasContact);
        Assert.True((await house.Get(open.Name)).HasContact);
    }

    [Fact]
    public async Task Who_read_a_contact_is_known_for_two_years()
    {
        await using var house = await ParkingHouse.Open();
        var read = new GetComplaintContactRequest { Name = (await house.File()).Name, Purpose = "call back" };
        await house.Rpc.GetComplaintContactAsync(read, house.AsAgent);
        house.Service.Clock.Advance(TimeSpan.FromDays(729));
        await EraseDue.Run(house.Service.Job());
        Assert.Single(await house.Service.Rows<Guid>("""SELECT id FROM contact_reads"""));
        house.Service.Clock.Advance(TimeSpan.FromDays(1));

        await EraseDue.Run(house.Service.Job());

        Assert.Empty(await house.Service.Rows<Guid>("""SELECT id FROM contact_reads"""));
    }

    private static async Task<Mobility.Parking.V1.Complaint> File(ParkingHouse house)
    {
        var request = house.Complaining();
        request.Complaint.Contact = "010-1234-5678";
        var filed = await house.File(request);
        await house.AddPhoto(filed.Name);
        return filed;
    }

    private static async Task<(int Contacts, int Photos)> Kept(ParkingHouse house) =>
        (
            (await house.Service.Rows<Guid>("""SELECT complaint_id FROM contacts""")).Count,
            (await house.Service.Rows<Guid>("""SELECT id FROM photos""")).Count
        );
}
