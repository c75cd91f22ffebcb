using Google.Protobuf;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>What feeds and zones say of a complaint: moved or not, near or elsewhere, permitted or not.</summary>
public sealed class StandingTests
{
    /// <summary>A degree of latitude is 111 km there.</summary>
    private const double Meter = 1 / 111_000d;

    [Theory]
    [InlineData(20, 1)]
    [InlineData(40, 0)]
    public async Task A_vehicle_that_moved_thirty_metres_stands_anew(double meters, int others)
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        await Seen(house, ParkingHouse.Latitude);
        await house.File("GN-0001");
        house.Service.Clock.Advance(TimeSpan.FromMinutes(10));
        await Seen(house, ParkingHouse.Latitude + (meters * Meter));
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(others, (await house.File("GN-0001")).OtherComplaintCount);
    }

    [Fact]
    public async Task What_the_feed_shows_as_gone_needs_no_photo()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        await Seen(house, ParkingHouse.Latitude);
        var filed = await house.File("GN-0001");
        await house.Uphold(filed.Name);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(10));
        await Seen(house, ParkingHouse.Latitude + (40 * Meter));

        var resolved = await house.Rpc.ResolveComplaintAsync(house.Resolving(filed.Name), house.AsAgent);

        Assert.Equal(ComplaintState.Resolved, resolved.State);
    }

    /// <summary>The accuracy of 8 m and the 30 m of a vehicle's own position are allowed.</summary>
    [Theory]
    [InlineData(36, false)]
    [InlineData(40, true)]
    public async Task A_vehicle_farther_off_than_both_uncertainties_is_flagged(double meters, bool elsewhere)
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        await Seen(house, ParkingHouse.Latitude + (meters * Meter));

        var filed = await house.File("GN-0001");

        Assert.Equal(elsewhere, (await house.Get(filed.Name)).Flags.Contains(ComplaintFlag.VehicleElsewhere));
        Assert.Empty(filed.Flags);
    }

    [Fact]
    public async Task While_no_vehicle_is_known_staff_sees_which_stand_near()
    {
        await using var house = await ParkingHouse.Open();
        var vehicle = await house.Vehicle("GN-0001");
        await Seen(house, ParkingHouse.Latitude + (10 * Meter));
        var filed = await house.File();
        Assert.Empty(filed.Candidates);

        var candidate = Assert.Single((await house.Get(filed.Name)).Candidates);

        Assert.Equal(("GN-0001", vehicle), (candidate.PrintedCode, candidate.Vehicle));
        Assert.Equal(10, candidate.DistanceMeters, 0.1);
    }

    [Fact]
    public async Task Where_parking_is_permitted_a_complaint_is_flagged_and_the_zone_told_to_staff_only()
    {
        await using var house = await ParkingHouse.Open();
        var square = Shapes.Square(ParkingHouse.Latitude - 0.005, ParkingHouse.Longitude - 0.005);
        await house.Rpc.ImportZonesAsync(
            new ImportZonesRequest
            {
                Parent = ParkingHouse.Parent,
                Source = "city",
                Format = ZoneFormat.Geojson,
                Content = ByteString.CopyFromUtf8(Shapes.Collection(Shapes.Permitted(Shapes.Polygon(square)))),
                RequestId = house.NewId(),
            },
            house.As(Role.Operator, "systems/fleet")
        );

        var filed = await house.File();

        Assert.Equal([ComplaintFlag.ParkingPermittedHere], filed.Flags);
        Assert.Equal((ZoneParking.Permitted, ""), (filed.Rule.Parking, filed.Rule.Zone));
        Assert.Equal("", (await house.Track(filed.TrackingCode)).Rule.Zone);
        Assert.StartsWith(
            $"{ParkingHouse.Parent}/zones/",
            (await house.Get(filed.Name)).Rule.Zone,
            StringComparison.Ordinal
        );
    }

    private static async Task Seen(ParkingHouse house, double latitude)
    {
        var feed = FeedVehicle.Feed(house.Now, new FeedVehicle("GN-0001", latitude, ParkingHouse.Longitude));
        await house.Rpc.ImportPositionsAsync(
            new ImportPositionsRequest
            {
                Parent = ParkingHouse.Parent,
                Content = ByteString.CopyFromUtf8(feed),
                RequestId = house.NewId(),
            },
            house.As(Role.Operator, "systems/fleet")
        );
    }
}
