using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class ImportZonesTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    private static readonly string Here = Shapes.Multi(Shapes.Square(37.76, 128.89));
    private static readonly string There = Shapes.Multi(Shapes.Square(37.80, 128.95));

    [Fact]
    public async Task A_file_replaces_the_zones_of_its_source_and_of_no_other()
    {
        await using var house = await PlacesHouse.Open();
        await house.Import(house.Zones(Shapes.Collection(Shapes.Permitted(Here, "a"), Shapes.Forbidden(There, "b"))));
        await house.Import(house.Zones(Shapes.Collection(Shapes.Forbidden(Here, "c")), "beach"));
        var import = await house.Import(house.Zones(Shapes.Collection(Shapes.Permitted(There, "d"))));
        Assert.Equal(("city", 1, 1), (import.Source, import.FeatureCount, import.ZoneCount));
        Assert.Matches("^[0-9a-f]{64}$", import.Sha256);
        Assert.Equal(["beach c", "city d"], (await house.ListAll()).Select(z => $"{z.Source} {z.Title}"));
        await house.Import(house.Zones(Shapes.Collection()));
        Assert.Equal(["c"], (await house.ListAll()).Select(z => z.Title));
    }

    [Fact]
    public async Task What_was_mended_or_left_out_is_told_feature_by_feature()
    {
        await using var house = await PlacesHouse.Open();
        const string tie =
            """{"type":"Polygon","coordinates":[[[128.8,37.7],[128.9,37.8],[128.9,37.7],[128.8,37.8],[128.8,37.7]]]}""";
        var import = await house.Import(
            house.Zones(Shapes.Collection(Shapes.Feature("null"), Shapes.Permitted(Here), Shapes.Feature(tie)))
        );
        Assert.Equal((3, 1), (import.FeatureCount, import.ZoneCount));
        Assert.Equal(
            ["0 GEOMETRY_NULL True", "2 RING_SELF_INTERSECTS True"],
            import.Problems.Select(p => $"{p.FeatureIndex} {p.Code} {p.LeftOut}")
        );
    }

    [Fact]
    public async Task A_zone_that_did_not_change_keeps_its_name()
    {
        await using var house = await PlacesHouse.Open();
        var two = Shapes.Collection(Shapes.Permitted(Here, "a"), Shapes.Permitted(There, "b"));
        await house.Import(house.Zones(two));
        var before = (await house.ListAll()).ToDictionary(z => z.Title, z => z.Name, StringComparer.Ordinal);
        var more = Shapes.Collection(
            Shapes.Forbidden(There, "a"),
            Shapes.Permitted(There, "b"),
            Shapes.Permitted(There, "b")
        );
        await house.Import(house.Zones(more));
        var after = await house.ListAll();
        Assert.NotEqual(before["a"], after[0].Name);
        Assert.Equal(before["b"], after[1].Name);
        Assert.Equal(3, after.Select(z => z.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_place_is_looked_up_in_the_new_zones_at_once_also_when_another_process_brought_them()
    {
        await using var house = await PlacesHouse.Open();
        Assert.Equal(ZoneParking.Unspecified, await Parking(house));
        await house.Import(house.Zones(Shapes.Collection(Shapes.Permitted(Here))));
        Assert.Equal(ZoneParking.Permitted, await Parking(house));
        // Another process has the same database and an index of its own; here its rows alone tell of the change.
        await using (
            var other = await TestService.Start(
                new ParkingApp(),
                TestService.OwnOf(new ParkingApp()),
                house.Service.Clock,
                database: house.Service.Settings.Database
            )
        )
        {
            var rpc = new ParkingService.ParkingServiceClient(other.Channel);
            await rpc.ImportZonesAsync(house.Zones(Shapes.Collection(Shapes.Forbidden(Here))), house.AsOperator);
        }
        Assert.Equal(ZoneParking.Forbidden, await Parking(house));
        Assert.Equal(ZoneParking.Unspecified, await Parking(house, TestIssuer.OtherClient));
    }

    [Fact]
    public async Task The_zones_of_Dott_in_Paris_are_taken_and_given_back_to_the_last_digit()
    {
        await using var house = await PlacesHouse.Open();
        var content = RealData.Copied("dott-paris/geofencing_zones.json");
        var import = await house.Import(house.Zones(content, "dott", ZoneFormat.Gbfs));
        Assert.Equal((272, 272, 545), (import.FeatureCount, import.ZoneCount, import.Problems.Count));
        var zones = await house.ListAll();
        Assert.Equal(Enumerable.Range(0, 272), zones.Select(z => z.FeatureIndex));
        var text = System.Text.Encoding.UTF8.GetString(content);
        var ring = zones[0].BoundaryGeojson.Split("[[[")[1].Split("]]]")[0];
        Assert.All(ring.Split("],["), point => Assert.Contains($"[{point}]", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply_and_ten_at_once_are_one()
    {
        await using var house = await PlacesHouse.Open();
        var request = house.Zones(Shapes.Collection(Shapes.Permitted(Here), Shapes.Feature("null")));
        var caller = house.AsOperator;
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(async _ => await house.Rpc.ImportZonesAsync(request, caller))
        );
        Assert.Single(replies.Distinct());
        Assert.Single(await house.ListAll());
        request.Source = "other";
        await PlacesHouse.Refused(
            StatusCode.InvalidArgument,
            "REQUEST_ID_REUSED",
            async () => await house.Rpc.ImportZonesAsync(request, caller)
        );
    }

    [Fact]
    public async Task Of_two_imports_of_a_source_at_once_one_follows_the_other()
    {
        await using var house = await PlacesHouse.Open();
        var files = Enumerable
            .Range(1, 8)
            .Select(n => Shapes.Collection([.. Enumerable.Repeat(Shapes.Permitted(Here, $"of {n}"), n)]));
        await Task.WhenAll(files.Select(f => house.Import(house.Zones(f))));
        var zones = await house.ListAll();
        Assert.Equal($"of {zones.Count}", Assert.Single(zones.Select(z => z.Title).Distinct(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task What_is_no_such_document_is_refused_and_leaves_what_was_there()
    {
        await using var house = await PlacesHouse.Open();
        await house.Import(house.Zones(Shapes.Collection(Shapes.Permitted(Here))));
        foreach (var content in new[] { "<svg/>", "[]", """{"type":"FeatureCollection"}""", new string('[', 1000) })
        {
            await PlacesHouse.Refused(
                StatusCode.InvalidArgument,
                Errors.ZoneFileUnreadable,
                () => house.Import(house.Zones(content))
            );
        }
        Assert.Single(await house.ListAll());
    }

    [Fact]
    public async Task A_client_has_ten_sources()
    {
        await using var house = await PlacesHouse.Open();
        for (var n = 0; n < 10; n++)
        {
            await house.Import(house.Zones(Shapes.Collection(), $"source-{n}"));
        }
        var refused = await PlacesHouse.Refused(
            StatusCode.ResourceExhausted,
            Errors.ZoneSourcesExhausted,
            () => house.Import(house.Zones(Shapes.Collection(Shapes.Permitted(Here)), "one-more"))
        );
        Assert.Equal("10", TestService.InfoOf(refused).Metadata["source_count_max"]);
        Assert.Empty(await house.ListAll());
        await house.Import(house.Zones(Shapes.Collection(Shapes.Permitted(Here)), "source-3"));
        Assert.Single(await house.ListAll());
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        await using var house = await PlacesHouse.Open(one);
        var request = new ImportZonesRequest
        {
            Parent = "clients/nobody",
            Source = "Big Source",
            Format = (ZoneFormat)9,
            RequestId = "7",
        };
        var refused = await PlacesHouse.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.ImportZonesAsync(request, house.As(Role.Operator, "nobody"))
        );
        Assert.Equal(["parent", "request_id", "format", "source", "content"], TestService.FieldsOf(refused));
        var large = house.Zones(new byte[(4 * 1024 * 1024) + 1], "city", ZoneFormat.Geojson);
        var tooLarge = await PlacesHouse.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () => house.Import(large)
        );
        Assert.Equal(["content"], TestService.FieldsOf(tooLarge));
    }

    [Fact]
    public async Task Only_the_operator_brings_zones()
    {
        await using var house = await PlacesHouse.Open(one);
        await house.AdmitsOnly(
            async caller => await house.Rpc.ImportZonesAsync(house.Zones(Shapes.Collection()), caller),
            Role.Operator
        );
    }

    private static async Task<ZoneParking> Parking(PlacesHouse house, string client = TestIssuer.Client) =>
        (
            await house.Read(
                tx => Places.RuleAt(tx, PlacesHouse.Client with { Id = client }, 37.765, 128.895, "", house.Now),
                client
            )
        ).Parking;
}
