using Mobility.Parking.V1;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>What is over a limit is kept as HELD, never turned away, and a day later counts no more.</summary>
public sealed class FilingLimitTests
{
    [Fact]
    public async Task The_twenty_first_of_a_sender_in_a_day_is_held()
    {
        await using var house = await ParkingHouse.Open();
        var sender = house.NewId();
        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(ComplaintState.Filed, (await Send()).State);
        }

        var held = await Send();
        Assert.Equal(ComplaintState.Held, held.State);
        Assert.Equal([ComplaintFlag.SenderOverLimit], (await house.Get(held.Name)).Flags);
        Assert.Equal(ComplaintState.Held, (await house.Track(held.TrackingCode)).State);
        Assert.Equal(ComplaintState.Filed, (await house.File()).State);
        house.Service.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(ComplaintState.Filed, (await Send()).State);

        Task<Complaint> Send()
        {
            var request = Apart(house);
            request.Sender = sender;
            return house.File(request);
        }
    }

    [Fact]
    public async Task A_contact_is_the_same_however_it_is_written()
    {
        await using var house = await ParkingHouse.Open();
        string[] written = ["010-1234-5678", "01012345678", " 010 1234 5678 ", "０１０-1234-5678"];
        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(ComplaintState.Filed, (await Call(written[n % written.Length])).State);
        }

        Assert.Equal([ComplaintFlag.SenderOverLimit], (await Call(written[1])).Flags);
        Assert.Empty((await Call("010-1234-5679")).Flags);

        Task<Complaint> Call(string contact)
        {
            var request = Apart(house);
            request.Complaint.Contact = contact;
            return house.File(request, house.AsAgent);
        }
    }

    [Fact]
    public async Task A_vehicle_and_a_place_have_limits_too()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        for (var n = 0; n < 30; n++)
        {
            Assert.Equal(ComplaintState.Filed, (await house.File("GN-0001")).State);
        }

        var vehicle = await house.File("GN-0001");
        Assert.Equal([ComplaintFlag.VehicleOverLimit], (await house.Get(vehicle.Name)).Flags);
        for (var n = 0; n < 29; n++)
        {
            Assert.Equal(ComplaintState.Filed, (await house.File()).State);
        }

        var place = await house.File();
        Assert.Equal([ComplaintFlag.PlaceOverLimit], (await house.Get(place.Name)).Flags);
        // 0.0003 degrees are 33 m.
        var beside = house.Complaining();
        beside.Complaint.Point.Latitude += 0.0003;
        Assert.Equal(ComplaintState.Filed, (await house.File(beside)).State);
    }

    /// <summary>At a place where nobody else complains.</summary>
    private static CreateComplaintRequest Apart(ParkingHouse house)
    {
        var request = house.Complaining();
        request.Complaint.Point.Latitude += Random.Shared.Next(1, 100_000) / 1_000_000d;
        request.Complaint.Point.Longitude += Random.Shared.Next(1, 100_000) / 1_000_000d;
        return request;
    }
}
