using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class ListZonesTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task Zones_are_listed_in_the_order_in_which_they_win_page_by_page()
    {
        await using var house = await PlacesHouse.Open();
        await house.Import(house.Zones(Row(7), "b"));
        await house.Import(house.Zones(Row(4), "a"));
        var request = new ListZonesRequest { Parent = PlacesHouse.Parent, PageSize = 3 };
        var pages = new List<IReadOnlyList<string>>();
        do
        {
            var page = await house.Rpc.ListZonesAsync(request, house.AsOperator);
            pages.Add([.. page.Zones.Select(z => $"{z.Source}{z.FeatureIndex}")]);
            request.PageToken = page.NextPageToken;
        } while (request.PageToken.Length > 0);
        Assert.Equal([3, 3, 3, 2], pages.Select(p => p.Count));
        Assert.Equal(["a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3", "b4", "b5", "b6"], pages.SelectMany(p => p));
    }

    [Fact]
    public async Task Only_zones_that_touch_the_box_are_listed()
    {
        await using var house = await PlacesHouse.Open();
        await house.Import(house.Zones(Row(5)));
        var box = new Box
        {
            SouthWest = PlacesHouse.Point(37.7, 128.825),
            NorthEast = PlacesHouse.Point(37.71, 128.84),
        };
        Assert.Equal([1, 2], (await house.ListAll(box)).Select(z => z.FeatureIndex));
        box.NorthEast.Longitude = 128.825;
        Assert.Equal([1], (await house.ListAll(box)).Select(z => z.FeatureIndex));
    }

    [Fact]
    public async Task A_zone_shows_its_name_title_parking_and_boundary()
    {
        await using var house = await PlacesHouse.Open();
        var hole = Shapes.Ring((128.806, 37.702), (128.808, 37.704), (128.808, 37.702), (128.806, 37.702));
        var shell = Shapes.Ring((128.8, 37.7), (128.81, 37.7), (128.81, 37.71), (128.8, 37.7));
        await house.Import(house.Zones(Shapes.Collection(Shapes.Forbidden(Shapes.Polygon(shell, hole), "시장"))));
        var zone = Assert.Single(await house.ListAll());
        Assert.StartsWith($"{PlacesHouse.Parent}/zones/", zone.Name, StringComparison.Ordinal);
        Assert.Equal(("시장", ZoneParking.Forbidden), (zone.Title, zone.Parking));
        Assert.Equal($$"""{"type":"MultiPolygon","coordinates":[[{{shell}},{{hole}}]]}""", zone.BoundaryGeojson);
    }

    [Fact]
    public async Task A_page_of_large_zones_ends_early()
    {
        await using var house = await PlacesHouse.Open();
        var ring = Enumerable
            .Range(0, 18_000)
            .Select(n => Math.Tau * n / 18_000)
            .Select(a => (Math.Round(128.9 + (0.05 * Math.Cos(a)), 9), Math.Round(37.76 + (0.05 * Math.Sin(a)), 9)))
            .ToArray();
        var large = Shapes.Permitted(Shapes.Polygon(Shapes.Ring([.. ring, ring[0]])));
        foreach (var source in new[] { "a", "b" })
        {
            await house.Import(house.Zones(Shapes.Collection([.. Enumerable.Repeat(large, 6)]), source));
        }
        var first = await house.Rpc.ListZonesAsync(
            new ListZonesRequest { Parent = PlacesHouse.Parent, PageSize = 200 },
            house.AsOperator
        );
        Assert.InRange(first.Zones.Count, 2, 11);
        Assert.Equal(12, (await house.ListAll()).Count);
    }

    [Fact]
    public async Task Everybody_may_see_the_zones_of_the_client_and_of_no_other()
    {
        await using var house = await PlacesHouse.Open();
        await house.Import(house.Zones(Row(2)));
        Role[] readers =
        [
            Role.Anonymous,
            Role.Rider,
            Role.Agent,
            Role.Lead,
            Role.Technician,
            Role.ClientOfficer,
            Role.Auditor,
            Role.Operator,
        ];
        foreach (var role in readers)
        {
            var request = new ListZonesRequest { Parent = PlacesHouse.Parent };
            Assert.Equal(2, (await house.Rpc.ListZonesAsync(request, house.As(role))).Zones.Count);
        }
        var other = new ListZonesRequest { Parent = $"clients/{TestIssuer.OtherClient}" };
        Assert.Empty((await house.Rpc.ListZonesAsync(other, house.As(Role.Anonymous))).Zones);
    }

    [Theory]
    [InlineData(0, 0, 91, 0, "box.north_east")]
    [InlineData(double.NaN, 0, 1, 1, "box.south_west")]
    [InlineData(1, 1, 0, 2, "box")]
    [InlineData(1, 1, 2, 0, "box")]
    public async Task A_box_that_is_none_is_refused(double south, double west, double north, double east, string field)
    {
        await using var house = await PlacesHouse.Open(one);
        var box = new Box { SouthWest = PlacesHouse.Point(south, west), NorthEast = PlacesHouse.Point(north, east) };
        var refused = await PlacesHouse.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.ListAll(box));
        Assert.Equal([field], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task Wrong_pages_are_refused()
    {
        await using var house = await PlacesHouse.Open(one);
        await house.Import(house.Zones(Row(3)));
        var first = await house.Rpc.ListZonesAsync(
            new ListZonesRequest { Parent = PlacesHouse.Parent, PageSize = 1 },
            house.AsOperator
        );
        ListZonesRequest[] wrong =
        [
            new() { Parent = PlacesHouse.Parent, PageSize = -1 },
            new() { Parent = PlacesHouse.Parent, PageToken = "7" },
            new()
            {
                Parent = PlacesHouse.Parent,
                PageToken = first.NextPageToken,
                Box = new Box(),
            },
            new() { Parent = "clients/nobody" },
        ];
        foreach (var request in wrong)
        {
            await PlacesHouse.Refused(
                StatusCode.InvalidArgument,
                "FIELD_INVALID",
                async () => await house.Rpc.ListZonesAsync(request, house.As(Role.Anonymous))
            );
        }
    }

    private static string Row(int count) =>
        Shapes.Collection([
            .. Enumerable
                .Range(0, count)
                .Select(n => Shapes.Permitted(Shapes.Multi(Shapes.Square(37.7, 128.8 + (n * 0.02))))),
        ]);
}
