using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class LookUpPlaceTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    private const double Latitude = PlacesHouse.Latitude;
    private const double Longitude = PlacesHouse.Longitude;

    [Fact]
    public async Task It_says_which_rule_applies_and_until_when_a_vehicle_would_have_to_be_gone()
    {
        // Tuesday 3 March 2026, 16:31 in Seoul: 89 minutes of service are left that day.
        await using var house = await PlacesHouse.Open(new FakeClock(new(2026, 3, 3, 7, 31, 0, TimeSpan.Zero)));
        await house.Import(
            house.Zones(Shapes.Collection(Shapes.Forbidden(Shapes.Multi(Shapes.Square(37.76, 128.89)))))
        );
        var place = await house.Rpc.LookUpPlaceAsync(Here(), house.As(Role.Agent));
        Assert.Equal(("gangneung", "general", 90), (place.Rule.City, place.Rule.Code, place.Rule.GraceMinutes));
        Assert.Equal(("KRW", 15_000L), (place.Rule.Fee.CurrencyCode, place.Rule.Fee.Units));
        Assert.Matches("^gangneung-2023-04:[0-9a-f]{64}$", place.Rule.OrdinanceVersion);
        Assert.Equal(ZoneParking.Forbidden, place.Rule.Parking);
        Assert.Equal(Assert.Single(await house.ListAll()).Name, place.Rule.Zone);
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 0, 1, 0, TimeSpan.Zero), place.DueTime.ToDateTimeOffset());
        Assert.Equal((0, 0), (place.ComplaintCount, place.Candidates.Count));
    }

    [Theory]
    [InlineData(37.7645, 128.8996, "gangneung", "교2동", "51150")]
    [InlineData(37.8000, 128.9500, "gangneung", "", "")]
    [InlineData(37.5663, 126.9779, "seoul", "명동", "11140")]
    public async Task It_says_in_which_area_the_place_lies(
        double latitude,
        double longitude,
        string city,
        string dong,
        string code
    )
    {
        if (RealData.Find("korea_boundaries/gangneung.geojson") is null)
        {
            return;
        }
        await using var house = await PlacesHouse.Open(one);
        var request = Here();
        request.Point = PlacesHouse.Point(latitude, longitude);
        var rule = (await house.Rpc.LookUpPlaceAsync(request)).Rule;
        Assert.Equal((city, dong), (rule.City, rule.Dong));
        Assert.StartsWith(code, rule.DongCode, StringComparison.Ordinal);
        Assert.Equal(dong.Length == 0, rule.DongCode.Length == 0);
    }

    [Fact]
    public async Task Seoul_gives_no_grace_and_a_place_without_an_ordinance_has_no_due_time()
    {
        await using var house = await PlacesHouse.Open();
        var request = Here();
        request.Parent = $"clients/{TestIssuer.OtherClient}";
        request.Point = PlacesHouse.Point(37.5663, 126.9779);
        request.Category = "crosswalk";
        var seoul = await house.Rpc.LookUpPlaceAsync(request);
        Assert.Equal(
            ("seoul", "crosswalk", 0, 40_000L),
            (seoul.Rule.City, seoul.Rule.Code, seoul.Rule.GraceMinutes, seoul.Rule.Fee.Units)
        );
        Assert.Equal(house.Now.ToTimestamp(), seoul.DueTime);
        request.Point = PlacesHouse.Point(35.1, 129);
        var nowhere = await house.Rpc.LookUpPlaceAsync(request);
        Assert.Equal(("", "", null, null), (nowhere.Rule.City, nowhere.Rule.Code, nowhere.DueTime, nowhere.Rule.Fee));
    }

    [Fact]
    public async Task It_lists_the_vehicles_near_and_those_that_are_named_wherever_they_stand()
    {
        await using var house = await PlacesHouse.Open();
        var vehicle = await house.Know("GN-0001");
        await house.Know("GN-0002");
        await house.Import(
            new("gn-0001", Latitude + 0.0001, Longitude),
            new("x", Latitude, Longitude),
            new("gn-0002", 37.8, 128.9)
        );
        var near = await house.Rpc.LookUpPlaceAsync(Here(), house.As(Role.Agent));
        Assert.Equal(["", "GN-0001"], near.Candidates.Select(c => c.PrintedCode));
        Assert.Equal($"{PlacesHouse.Parent}/vehicles/{vehicle}", near.Candidates[1].Vehicle);
        Assert.Equal(11.099, near.Candidates[1].DistanceMeters, 0.0005);
        var named = Here();
        named.PrintedCodes.AddRange(["gn-0002", "gn-0009"]);
        var found = Assert.Single((await house.Rpc.LookUpPlaceAsync(named, house.As(Role.Agent))).Candidates);
        Assert.Equal(("GN-0002", 37.8), (found.PrintedCode, found.Point.Latitude));
        named.PrintedCodes.RemoveAt(0);
        Assert.Equal(2, (await house.Rpc.LookUpPlaceAsync(named, house.As(Role.Agent))).Candidates.Count);
    }

    [Fact]
    public async Task Who_has_no_account_learns_neither_names_of_vehicles_nor_of_zones()
    {
        await using var house = await PlacesHouse.Open();
        await house.Know("GN-0001");
        await house.Import(new FeedVehicle("gn-0001", Latitude, Longitude));
        await house.Import(
            house.Zones(Shapes.Collection(Shapes.Permitted(Shapes.Multi(Shapes.Square(37.76, 128.89)))))
        );
        var place = await house.Rpc.LookUpPlaceAsync(Here());
        Assert.Equal((ZoneParking.Permitted, ""), (place.Rule.Parking, place.Rule.Zone));
        Assert.Equal(("GN-0001", ""), (place.Candidates[0].PrintedCode, place.Candidates[0].Vehicle));
    }

    [Fact]
    public async Task It_says_how_many_reported_the_vehicle_or_the_place_already()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        await house.Vehicle("GN-0002");
        foreach (var codes in new[] { new[] { "gn-0001" }, ["GN-0001", "GN-0002"], [] })
        {
            await house.File(codes);
        }
        Assert.Equal(3, (await house.Rpc.LookUpPlaceAsync(Here())).ComplaintCount);
        Assert.Equal(2, (await house.Rpc.LookUpPlaceAsync(Here("gn-0002"))).ComplaintCount);
        Assert.Equal(0, (await house.Rpc.LookUpPlaceAsync(Here("gn-0003"))).ComplaintCount);
        var beside = Here();
        beside.Point.Latitude += 0.00028;
        Assert.Equal(0, (await house.Rpc.LookUpPlaceAsync(beside)).ComplaintCount);
    }

    [Fact]
    public async Task Complaints_about_where_a_vehicle_stood_before_it_was_ridden_off_do_not_count()
    {
        await using var house = await ParkingHouse.Open();
        var vehicle = await house.Vehicle("GN-0001");
        await house.File("GN-0001");
        house.Service.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, (await house.Rpc.LookUpPlaceAsync(Here("gn-0001"))).ComplaintCount);
        await house.Ride(vehicle);
        Assert.Equal(0, (await house.Rpc.LookUpPlaceAsync(Here("gn-0001"))).ComplaintCount);
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        await using var house = await PlacesHouse.Open(one);
        var request = new LookUpPlaceRequest
        {
            Parent = "clients/nobody",
            Point = PlacesHouse.Point(0, 0),
            AccuracyMeters = double.NaN,
            Category = "anything",
            PrintedCodes = { "" },
        };
        await Invalid(house, request, "parent", "point", "accuracy_meters", "category", "printed_codes[0]");
        await Invalid(house, new LookUpPlaceRequest { Parent = PlacesHouse.Parent }, "point");
        var swapped = Here();
        swapped.Point = PlacesHouse.Point(Longitude, Latitude);
        await Invalid(house, swapped, "point.latitude");
        var many = Here();
        many.PrintedCodes.AddRange(Enumerable.Range(0, 21).Select(n => $"V{n}"));
        await Invalid(house, many, "printed_codes");
    }

    [Fact]
    public async Task An_auditor_has_no_use_for_it()
    {
        await using var house = await PlacesHouse.Open(one);
        await house.AdmitsOnly(
            async caller => await house.Rpc.LookUpPlaceAsync(Here(), caller),
            Role.Anonymous,
            Role.Rider,
            Role.Agent,
            Role.Lead,
            Role.Technician,
            Role.ClientOfficer,
            Role.Operator
        );
    }

    private static LookUpPlaceRequest Here(params string[] codes) =>
        new()
        {
            Parent = PlacesHouse.Parent,
            Point = PlacesHouse.Point(Latitude, Longitude),
            PrintedCodes = { codes },
        };

    private static async Task Invalid(PlacesHouse house, LookUpPlaceRequest request, params string[] fields)
    {
        var refused = await PlacesHouse.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.LookUpPlaceAsync(request)
        );
        Assert.Equal(fields, TestService.FieldsOf(refused));
    }
}
