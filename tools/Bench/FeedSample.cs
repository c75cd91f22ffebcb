using System.Globalization;
using System.Text;
using Mobility.Platform;

namespace Mobility.Bench;

/// <summary>A vehicle feed of GBFS 3.0 with every field that feeds have, in parts that an import takes.</summary>
public sealed class FeedSample
{
    /// <summary>Bytes of a part: below the 4 MiB of an import.</summary>
    private const int PartBytes = 4_000_000;

    private readonly (double Latitude, double Longitude)[] vehicles;

    /// <summary>Vehicles all over the city.</summary>
    public FeedSample(int count, Random random) =>
        vehicles = [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    (
                        ComplaintSample.South + (random.NextDouble() * ComplaintSample.Degrees),
                        ComplaintSample.West + (random.NextDouble() * ComplaintSample.Degrees)
                    )
                ),
        ];

    /// <summary>Whose feed it is.</summary>
    public static ClientProfile Client { get; } =
        new(
            "bench-kick",
            "Bench",
            "Asia/Seoul",
            "KRW",
            [],
            [
                [37.5, 128.6, 38.0, 129.2],
            ]
        );

    /// <summary>Moves every n-th vehicle 111 m to the north.</summary>
    public void Move(int every)
    {
        for (var n = 0; n < vehicles.Length; n += every)
        {
            vehicles[n].Latitude += 0.001;
        }
    }

    /// <summary>The feed as of a time.</summary>
    public IReadOnlyList<byte[]> Parts(DateTimeOffset now)
    {
        var parts = new List<byte[]>();
        var text = new StringBuilder();
        for (var n = 0; n < vehicles.Length; n++)
        {
            text.Append(text.Length == 0 ? Head(now) : ",").Append(Vehicle(n, now));
            if (text.Length > PartBytes || n == vehicles.Length - 1)
            {
                parts.Add(Encoding.UTF8.GetBytes(text.Append("]}}").ToString()));
                text.Clear();
            }
        }
        return parts;
    }

    private static string Head(DateTimeOffset now) =>
        $$"""{"last_updated":"{{Time(now)}}","ttl":60,"version":"3.0","data":{"vehicles":[""";

    private string Vehicle(int n, DateTimeOffset now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"vehicle_id":"GN-{{n:D6}}","lat":{{vehicles[n].Latitude:F6}},"lon":{{vehicles[n].Longitude:F6}},
            "is_reserved":false,"is_disabled":false,"vehicle_type_id":"scooter","current_range_meters":12345.0,
            "current_fuel_percent":0.62,"pricing_plan_id":"plan-1","last_reported":"{{Time(now)}}"}
            """
        );

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
