using Mobility.Bench;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Tests.Support;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Xunit;
using static Mobility.Parking.V1.ZoneParking;

namespace Mobility.Tests.Parking;

public sealed class ZoneIndexTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_index_and_PostGIS_agree_on_100_000_points_vertices_and_edges_among_them()
    {
        var zones = ZoneSample.Paris(RealData.Copied("dott-paris/geofencing_zones.json"));
        var index = new ZoneIndex(zones, []);
        var points = ZoneSample.Points(zones, 100_000);
        await using var peer = await ZonePeer.Open(await TestPostgres.NewDatabase("zones", ["postgis"]), zones);
        var expected = await peer.All(points);
        var mismatches = 0;
        var hits = 0;
        for (var n = 0; n < points.Count; n++)
        {
            var found = index.At(points[n].Y, points[n].X).Select(z => ZoneSample.Order(z.Id)).ToArray();
            hits += found.Length;
            mismatches += found.AsSpan().SequenceEqual(expected[n]) ? 0 : 1;
        }
        Assert.Equal(0, mismatches);
        // A test that looked at empty places only would prove nothing.
        Assert.True(hits > 50_000, $"only {hits} hits");
    }

    [Theory]
    [InlineData("a", Forbidden)]
    [InlineData("b", Permitted)]
    [InlineData("c", Unspecified)]
    [InlineData(null, Unspecified)]
    public void Per_type_the_earlier_zone_and_in_it_the_earlier_rule_win(string? type, ZoneParking parking)
    {
        var index = new ZoneIndex(
            [
                Zone(0, new ZoneRule(["a"], Forbidden), new ZoneRule(["a"], Permitted)),
                Zone(1, new ZoneRule(["a", "b"], Permitted)),
                Zone(2, new ZoneRule(["b"], Forbidden)),
            ],
            []
        );
        Assert.Equal(parking, index.DecisionAt(0.5, 0.5, Time, type).Parking);
    }

    [Fact]
    public void Without_a_type_what_holds_for_every_type_alike_is_said()
    {
        var index = new ZoneIndex(
            [Zone(0, new ZoneRule(["a"], Forbidden)), Zone(1, new ZoneRule(["b"], Forbidden))],
            []
        );
        Assert.Equal(new ZoneDecision(ZoneSample.Id(0), Forbidden), index.DecisionAt(0.5, 0.5, Time));
        var half = new ZoneIndex([Zone(0, new ZoneRule(["a"], Forbidden))], [new ZoneRule(["b"], Permitted)]);
        Assert.Equal(new ZoneDecision(ZoneSample.Id(0), Unspecified), half.DecisionAt(0.5, 0.5, Time));
        var all = new ZoneIndex([Zone(0, new ZoneRule(["a"], Forbidden)), Zone(1, new ZoneRule([], Forbidden))], []);
        Assert.Equal(Forbidden, all.DecisionAt(0.5, 0.5, Time).Parking);
        Assert.Equal(Forbidden, all.DecisionAt(0.5, 0.5, Time, "new").Parking);
    }

    [Fact]
    public void Rules_for_all_places_come_last()
    {
        var index = new ZoneIndex([Zone(0, new ZoneRule([], Permitted))], [new ZoneRule([], Forbidden)]);
        Assert.Equal(new ZoneDecision(ZoneSample.Id(0), Permitted), index.DecisionAt(0.5, 0.5, Time));
        Assert.Equal(new ZoneDecision(null, Forbidden), index.DecisionAt(5, 5, Time));
        Assert.Equal(default, new ZoneIndex([Zone(0)], []).DecisionAt(0.5, 0.5, Time));
    }

    [Fact]
    public void A_zone_holds_from_its_start_until_its_end_exclusive()
    {
        var zone = Zone(0, new ZoneRule([], Forbidden)) with { StartTime = Time, EndTime = Time.AddHours(1) };
        var index = new ZoneIndex([zone], []);
        Assert.Equal(
            [Unspecified, Forbidden, Forbidden, Unspecified],
            new[] { -1, 0, 3_599_999, 3_600_000 }.Select(ms =>
                index.DecisionAt(0.5, 0.5, Time.AddMilliseconds(ms)).Parking
            )
        );
    }

    [Fact]
    public void Holes_and_what_lies_in_them_are_told_apart()
    {
        var wkt = new WKTReader();
        var ring = (MultiPolygon)wkt.Read("MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0),(1 1,1 3,3 3,3 1,1 1)))");
        var index = new AreaIndex<string>([("ring", ring)]);
        Assert.Empty(index.At(2, 2));
        Assert.Single(index.At(1, 2));
        Assert.Single(index.At(0.5, 2));
        Assert.Single(index.At(0, 0));
        Assert.Empty(index.At(-0.001, 0));
        Assert.Empty(index.At(double.NaN, 2));
        Assert.Empty(new AreaIndex<string>([]).At(0, 0));
    }

    private static IndexedZone Zone(int order, params ZoneRule[] rules) =>
        new(
            ZoneSample.Id(order),
            rules,
            null,
            null,
            (MultiPolygon)new WKTReader().Read("MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)))")
        );
}
