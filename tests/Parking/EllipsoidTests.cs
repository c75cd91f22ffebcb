using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Mobility.Parking;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class EllipsoidTests
{
    private const double Latitude = 37.7645;
    private const double Longitude = 128.8996;

    [Theory]
    [InlineData(Latitude + 0.0001, Longitude, "11.099")]
    [InlineData(Latitude, Longitude + 0.0001, "8.811")]
    [InlineData(Latitude + 0.00027, Longitude, "29.968")]
    [InlineData(Latitude, Longitude, "0.000")]
    public void Distances_are_the_golden_ones_to_the_printed_digit(double latitude, double longitude, string meters)
    {
        var measured = Ellipsoid.Meters(Latitude, Longitude, latitude, longitude);
        Assert.Equal(meters, measured.ToString("F3", CultureInfo.InvariantCulture));
    }

    /// <summary>PostGIS, and the formulas of Vincenty, Bowring and Thomas, all say 170,969.58446 m. The golden
    /// 170,969.585 is half a millimetre more, which no way of measuring gives: it was rounded up.</summary>
    [Fact]
    public void From_Gangneung_to_Seoul_it_is_the_golden_distance_to_the_millimetre()
    {
        var measured = Ellipsoid.Meters(Latitude, Longitude, 37.5663, 126.9779);
        Assert.Equal(170_969.58446, measured, 0.00001);
        Assert.Equal(170_969.585, Math.Ceiling(measured * 1000) / 1000);
    }

    [Fact]
    public async Task PostGIS_measures_the_same()
    {
        var random = new Random(20260302);
        var rows = Enumerable.Range(0, 2_000).Select(_ => Pair(random)).ToList();
        await using var connection = new NpgsqlConnection(await TestPostgres.NewDatabase("ellipsoid", ["postgis"]));
        await connection.OpenAsync();
        const string sql = """
            SELECT ST_Distance(ST_SetSRID(ST_MakePoint(b, a), 4326)::geography,
                ST_SetSRID(ST_MakePoint(d, c), 4326)::geography)
            FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS r (a, b, c, d, n) ORDER BY n
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var column in Enumerable.Range(0, 4))
        {
            command.Parameters.AddWithValue(rows.Select(r => r[column]).ToArray());
        }
        await using var reader = await command.ExecuteReaderAsync();
        foreach (var row in rows)
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(reader.GetDouble(0), Ellipsoid.Meters(row[0], row[1], row[2], row[3]), 0.001);
        }
    }

    [Fact]
    public void Nearly_antipodal_points_get_a_length_all_the_same()
    {
        var half = Ellipsoid.Meters(0, 0, 0.5, 179.7);
        Assert.InRange(half, 19_800_000, 20_100_000);
    }

    [Fact]
    public void A_distance_is_the_same_both_ways_and_shortest_across_the_date_line() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(-80_000, 80_000).Three().ToArbitrary(),
                n =>
                {
                    var (a, b, turn) = (n.Item1 / 1000.0, n.Item2 / 1000.0, n.Item3 / 1000.0);
                    var there = Ellipsoid.Meters(a, 170, b, 170 + turn);
                    var back = Ellipsoid.Meters(b, 170 + turn - 360, a, 170);
                    return Math.Abs(there - back) < 0.001;
                }
            )
        );

    /// <summary>Points up to a few hundred kilometres apart, anywhere.</summary>
    private static double[] Pair(Random random)
    {
        var (latitude, longitude) = ((random.NextDouble() * 160) - 80, (random.NextDouble() * 360) - 180);
        var scale = Math.Pow(10, -(random.NextDouble() * 5));
        return
        [
            latitude,
            longitude,
            latitude + ((random.NextDouble() - 0.5) * 4 * scale),
            longitude + ((random.NextDouble() - 0.5) * 4 * scale),
        ];
    }
}
