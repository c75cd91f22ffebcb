using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Tests.Support;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Npgsql;
using Xunit;
using static Mobility.Parking.V1.ZoneParking;

namespace Mobility.Tests.Parking;

public sealed class ZoneIndexTests
{
    private const int Seed = 20260302;
    private static readonly DateTimeOffset Time = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_index_and_PostGIS_agree_on_100_000_points_vertices_and_edges_among_them()
    {
        var zones = Paris();
        var index = new ZoneIndex(zones, []);
        var points = Points(zones);
        Assert.Equal(100_000, points.Count);
        var expected = await ByPostGis(zones, points);
        var mismatches = 0;
        var hits = 0;
        for (var n = 0; n < points.Count; n++)
        {
            var found = index.At(points[n].Y, points[n].X).Select(z => Order(z.Id)).ToArray();
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
        Assert.Equal(new ZoneDecision(Id(0), Forbidden), index.DecisionAt(0.5, 0.5, Time));
        var half = new ZoneIndex([Zone(0, new ZoneRule(["a"], Forbidden))], [new ZoneRule(["b"], Permitted)]);
        Assert.Equal(new ZoneDecision(Id(0), Unspecified), half.DecisionAt(0.5, 0.5, Time));
        var all = new ZoneIndex([Zone(0, new ZoneRule(["a"], Forbidden)), Zone(1, new ZoneRule([], Forbidden))], []);
        Assert.Equal(Forbidden, all.DecisionAt(0.5, 0.5, Time).Parking);
        Assert.Equal(Forbidden, all.DecisionAt(0.5, 0.5, Time, "new").Parking);
    }

    [Fact]
    public void Rules_for_all_places_come_last()
    {
        var index = new ZoneIndex([Zone(0, new ZoneRule([], Permitted))], [new ZoneRule([], Forbidden)]);
        Assert.Equal(new ZoneDecision(Id(0), Permitted), index.DecisionAt(0.5, 0.5, Time));
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

    /// <summary>Every tenth vertex, every tenth edge's middle, points beside them, and points anywhere.</summary>
    internal static List<Coordinate> Points(IReadOnlyList<IndexedZone> zones, int count = 100_000)
    {
        var random = new Random(Seed);
        var points = new List<Coordinate>();
        foreach (var ring in zones.SelectMany(z => z.Boundary.Geometries.Cast<Polygon>()).Select(p => p.ExteriorRing))
        {
            var vertices = ring.Coordinates;
            for (var n = 0; n < vertices.Length - 1; n += 10)
            {
                points.Add(vertices[n]);
                points.Add(Middle(vertices[n], vertices[n + 1]));
            }
        }
        var box = new Envelope();
        zones.ToList().ForEach(z => box.ExpandToInclude(z.Boundary.EnvelopeInternal));
        while (points.Count < count)
        {
            var zone = zones[random.Next(zones.Count)].Boundary.EnvelopeInternal;
            points.Add(Inside(random.Next(4) == 0 ? box : zone, random));
        }
        return points;
    }

    /// <summary>The zones of Dott in Paris; the id of a zone holds its place.</summary>
    internal static List<IndexedZone> Paris()
    {
        var file = ZoneFile.Read(
            RealData.Copied("dott-paris/geofencing_zones.json"),
            ZoneFormat.Gbfs,
            PlacesHouse.Client
        );
        return [.. file.Zones.Select(z => new IndexedZone(Id(z.FeatureIndex), z.Rules, null, null, z.Boundary))];
    }

    private static async Task<int[][]> ByPostGis(IReadOnlyList<IndexedZone> zones, IReadOnlyList<Coordinate> points)
    {
        await using var connection = new NpgsqlConnection(await TestPostgres.NewDatabase("zones", ["postgis"]));
        await connection.OpenAsync();
        const string make = """
            CREATE TEMP TABLE z AS SELECT n::integer - 1 AS n, ST_GeomFromWKB(b, 4326) AS g
            FROM unnest($1::bytea[]) WITH ORDINALITY AS r (b, n)
            """;
        await using (var command = new NpgsqlCommand(make, connection))
        {
            command.Parameters.AddWithValue(zones.Select(z => new WKBWriter().Write(z.Boundary)).ToArray());
            await command.ExecuteNonQueryAsync();
        }
        const string ask = """
            SELECT ARRAY(
                SELECT z.n FROM z WHERE ST_Covers(z.g, ST_SetSRID(ST_MakePoint(p.x, p.y), 4326)) ORDER BY z.n)
            FROM unnest($1::double precision[], $2::double precision[]) WITH ORDINALITY AS p (x, y, n) ORDER BY p.n
            """;
        await using var query = new NpgsqlCommand(ask, connection) { CommandTimeout = 120 };
        query.Parameters.AddWithValue(points.Select(p => p.X).ToArray());
        query.Parameters.AddWithValue(points.Select(p => p.Y).ToArray());
        await using var reader = await query.ExecuteReaderAsync();
        var found = new List<int[]>(points.Count);
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetFieldValue<int[]>(0));
        }
        return [.. found];
    }

    private static Coordinate Middle(Coordinate a, Coordinate b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2);

    private static Coordinate Inside(Envelope box, Random random) =>
        new(box.MinX + (random.NextDouble() * box.Width), box.MinY + (random.NextDouble() * box.Height));

    private static Guid Id(int order) => new(order, 0, 0, new byte[8]);

    private static int Order(Guid id) => BitConverter.ToInt32(id.ToByteArray());

    private static IndexedZone Zone(int order, params ZoneRule[] rules) =>
        new(Id(order), rules, null, null, (MultiPolygon)new WKTReader().Read("MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)))"));
}
