using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class ImportPositionsTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    private const double Latitude = PlacesHouse.Latitude;
    private const double Longitude = PlacesHouse.Longitude;

    /// <summary>29.968 m and 30.0 m and a little to the north.</summary>
    private const double AlmostMoved = Latitude + 0.00027;
    private const double Moved = Latitude + 0.000271;

    [Fact]
    public async Task Known_vehicles_are_told_from_those_that_only_the_feed_knows()
    {
        await using var house = await PlacesHouse.Open();
        var vehicle = await house.Know("GN-0001");
        var import = await house.Import(new("gn-0001 ", Latitude, Longitude), new("161ac588", 37.77, 128.9));
        Assert.Equal((2, 1, 0, 0), (import.VehicleCount, import.KnownCount, import.StaleCount, import.Problems.Count));
        var position = await house.Read(tx => VehiclePositions.Find(tx, vehicle));
        Assert.Equal(("GN-0001", Latitude, Longitude), (position!.Code, position.Latitude, position.Longitude));
        Assert.Equal((house.Now, null), (position.ReportTime, position.LastMoveTime));
        Assert.Null(await house.Read(tx => VehiclePositions.Find(tx, Guid.Empty)));
    }

    [Fact]
    public async Task The_newest_report_wins_in_whichever_order_they_come()
    {
        await using var house = await PlacesHouse.Open();
        var vehicle = await house.Know("A1");
        await house.Import(new FeedVehicle("A1", 37.76, 128.9, house.Now.AddMinutes(-1)));
        var late = await house.Import(new FeedVehicle("A1", 37.80, 128.9, house.Now.AddMinutes(-2)));
        Assert.Equal(1, late.StaleCount);
        Assert.Equal(37.76, (await house.Read(tx => VehiclePositions.Find(tx, vehicle)))!.Latitude);
        var twice = await house.Import(
            new FeedVehicle("a1", 37.78, 128.9, house.Now),
            new FeedVehicle("A1", 37.79, 128.9, house.Now.AddMinutes(-3))
        );
        Assert.Equal((2, 0), (twice.VehicleCount, twice.StaleCount));
        Assert.Equal((1, "VEHICLE_TWICE", true), Told(Assert.Single(twice.Problems)));
        Assert.Equal(37.78, (await house.Read(tx => VehiclePositions.Find(tx, vehicle)))!.Latitude);
    }

    [Fact]
    public async Task A_vehicle_has_moved_when_it_is_30_m_from_where_it_rested_however_small_the_steps()
    {
        await using var house = await PlacesHouse.Open();
        var vehicle = await house.Know("A1");
        await house.Import(new FeedVehicle("A1", Latitude, Longitude));
        var start = house.Now;
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Import(new FeedVehicle("A1", AlmostMoved, Longitude));
        Assert.Null((await house.Read(tx => VehiclePositions.Find(tx, vehicle)))!.LastMoveTime);
        Assert.False(await house.Read(tx => VehiclePositions.MovedSince(tx, vehicle, start)));
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Import(new FeedVehicle("A1", Moved, Longitude));
        Assert.Equal(house.Now, (await house.Read(tx => VehiclePositions.Find(tx, vehicle)))!.LastMoveTime);
        Assert.True(await house.Read(tx => VehiclePositions.MovedSince(tx, vehicle, start)));
        Assert.False(await house.Read(tx => VehiclePositions.MovedSince(tx, vehicle, house.Now)));
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Import(new FeedVehicle("A1", AlmostMoved, Longitude));
        var rested = await house.Read(tx => VehiclePositions.Find(tx, vehicle));
        Assert.Equal(house.Now.AddMinutes(-1), rested!.LastMoveTime);
    }

    [Fact]
    public async Task A_vehicle_that_was_ridden_to_the_place_before_has_not_moved_since()
    {
        await using var house = await PlacesHouse.Open();
        var vehicle = await house.Know("A1");
        await house.Import(new FeedVehicle("A1", 37.80, Longitude));
        // On a ride a vehicle is in no feed: it is first reported where it was complained about a moment ago.
        house.Service.Clock.Advance(TimeSpan.FromMinutes(20));
        var complaint = house.Now;
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Import(new FeedVehicle("A1", Latitude, Longitude));
        Assert.False(await house.Read(tx => VehiclePositions.MovedSince(tx, vehicle, complaint)));
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.Import(new FeedVehicle("A1", 37.81, Longitude));
        Assert.True(await house.Read(tx => VehiclePositions.MovedSince(tx, vehicle, complaint)));
    }

    [Theory]
    [InlineData("""{"vehicle_id":"","lat":37.7,"lon":128.9}""", "VEHICLE_ID_INVALID")]
    [InlineData("""{"lat":37.7,"lon":128.9}""", "VEHICLE_ID_INVALID")]
    [InlineData("""{"vehicle_id":"a\u0000b","lat":37.7,"lon":128.9}""", "VEHICLE_ID_INVALID")]
    [InlineData("""{"vehicle_id":7,"lat":37.7,"lon":128.9}""", "VEHICLE_ID_INVALID")]
    [InlineData("""7""", "VEHICLE_ID_INVALID")]
    [InlineData("""{"vehicle_id":"a","lat":NaN,"lon":128.9}""", "POINT_MISSING")]
    [InlineData("""{"vehicle_id":"a","station_id":"s"}""", "POINT_MISSING")]
    [InlineData("""{"vehicle_id":"a","lat":1e999,"lon":128.9}""", "POINT_MISSING")]
    [InlineData("""{"vehicle_id":"a","lat":0,"lon":0}""", "POINT_ZERO")]
    [InlineData("""{"vehicle_id":"a","lat":91,"lon":128.9}""", "POINT_OUT_OF_RANGE")]
    [InlineData("""{"vehicle_id":"a","lat":37.7,"lon":-181}""", "POINT_OUT_OF_RANGE")]
    [InlineData(
        """{"vehicle_id":"a","lat":37.7,"lon":128.9,"last_reported":"2026-03-02T00:02:01Z"}""",
        "TIME_IN_FUTURE"
    )]
    [InlineData("""{"vehicle_id":"a","lat":37.7,"lon":128.9,"last_reported":"soon"}""", "TIME_INVALID")]
    public async Task A_report_with_a_flaw_is_left_out_and_told(string vehicle, string code)
    {
        await using var house = await PlacesHouse.Open(one);
        var before = await Codes(house);
        var id = house.NewId();
        var good = $$"""{"vehicle_id":"{{id}}","lat":37.7,"lon":128.9,"last_reported":"2026-03-02T00:02:00Z"}""";
        var feed = $$$"""{"last_updated":"2026-03-02T00:00:00Z","data":{"vehicles":[{{{good}}},{{{vehicle}}}]}}""";
        var import = await house.Rpc.ImportPositionsAsync(house.Positions(feed), house.AsOperator);
        Assert.Equal(2, import.VehicleCount);
        Assert.Equal((1, code, true), Told(Assert.Single(import.Problems)));
        Assert.Equal(before.Append(id.ToUpperInvariant()).Order(StringComparer.Ordinal), await Codes(house));
    }

    [Fact]
    public async Task Swapped_axes_are_changed_back_and_told()
    {
        await using var house = await PlacesHouse.Open();
        var import = await house.Import(new FeedVehicle("A1", Longitude, Latitude), new FeedVehicle("B2", 35.1, 129));
        Assert.Equal((0, "AXES_SWAPPED", false), Told(Assert.Single(import.Problems)));
        var row = await house.Service.Rows<(string, double)>(
            """
            SELECT code, ST_Y(point::geometry) FROM vehicle_positions WHERE client_id <> '' ORDER BY code LIMIT 9
            """
        );
        Assert.Equal([("A1", Latitude), ("B2", 35.1)], row);
    }

    [Fact]
    public async Task What_no_feed_brings_any_more_is_dropped_but_for_known_vehicles()
    {
        await using var house = await PlacesHouse.Open();
        await house.Know("KNOWN");
        await house.Import(
            new("known", Latitude, Longitude),
            new("gone", Latitude, Longitude),
            new("stays", 37.8, 128.9)
        );
        house.Service.Clock.Advance(TimeSpan.FromHours(23));
        await house.Import(new FeedVehicle("stays", 37.8, 128.9));
        Assert.Equal(["GONE", "KNOWN", "STAYS"], await Codes(house));
        house.Service.Clock.Advance(TimeSpan.FromHours(2));
        await house.Import(new FeedVehicle("new", 37.8, 128.9));
        Assert.Equal(["KNOWN", "NEW", "STAYS"], await Codes(house));
    }

    [Fact]
    public async Task The_vehicles_of_Wolfsburg_are_taken_from_a_feed_of_version_2()
    {
        if (RealData.Find("gbfs/v2.3_tier_wolfsburg/free_bike_status.json") is not { } path)
        {
            return;
        }
        await using var house = await PlacesHouse.Open();
        var request = house.Positions(await File.ReadAllTextAsync(path));
        var import = await house.Rpc.ImportPositionsAsync(request, house.AsOperator);
        Assert.Equal(
            (840, 0, 0, 0),
            (import.VehicleCount, import.KnownCount, import.StaleCount, import.Problems.Count)
        );
        Assert.Equal(840, (await Codes(house)).Count);
        var time = await house.Service.Rows<DateTimeOffset>(
            """
            SELECT report_time FROM vehicle_positions
            WHERE client_id <> '' AND code = '161AC588-689F-4E9C-9EF6-4009B93DC3B2' LIMIT 1
            """
        );
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_691_741_964), Assert.Single(time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"data":{"stations":[]}}""")]
    [InlineData("""{"data":{"vehicles":{}}}""")]
    public async Task What_is_no_feed_is_refused(string content)
    {
        await using var house = await PlacesHouse.Open(one);
        await PlacesHouse.Refused(
            StatusCode.InvalidArgument,
            content.Length == 0 ? "FIELD_INVALID" : Errors.PositionFileUnreadable,
            async () => await house.Rpc.ImportPositionsAsync(house.Positions(content), house.AsOperator)
        );
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply_and_parts_that_come_at_once_do_not_lose_any()
    {
        await using var house = await PlacesHouse.Open();
        var feeds = Enumerable
            .Range(0, 6)
            .Select(n => Enumerable.Range(0, 50).Select(v => $"V{(n % 2 == 0 ? v : 49 - v)}"))
            .Select(codes => codes.Select(c => new FeedVehicle(c, Latitude, Longitude)).ToArray())
            .Select(vehicles => house.Positions(FeedVehicle.Feed(house.Now, vehicles)))
            .ToList();
        var caller = house.AsOperator;
        await Task.WhenAll(feeds.Select(async f => await house.Rpc.ImportPositionsAsync(f, caller)));
        Assert.Equal(50, (await Codes(house)).Count);
        var first = await house.Rpc.ImportPositionsAsync(feeds[0], caller);
        Assert.Equal(first, await house.Rpc.ImportPositionsAsync(feeds[0], caller));
    }

    [Fact]
    public async Task Only_the_operator_brings_positions()
    {
        await using var house = await PlacesHouse.Open(one);
        var feed = FeedVehicle.Feed(house.Now);
        await house.AdmitsOnly(
            async caller => await house.Rpc.ImportPositionsAsync(house.Positions(feed), caller),
            Role.Operator
        );
    }

    private static (int, string, bool) Told(ImportProblem problem) =>
        (problem.FeatureIndex, problem.Code, problem.LeftOut);

    private static Task<IReadOnlyList<string>> Codes(PlacesHouse house) =>
        house.Service.Rows<string>(
            """SELECT code FROM vehicle_positions WHERE client_id <> '' ORDER BY code LIMIT 1000"""
        );
}
