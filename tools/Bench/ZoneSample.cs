using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform;
using NetTopologySuite.Geometries;

namespace Mobility.Bench;

/// <summary>Real zones, and points at which an index and PostGIS must say the same.</summary>
public static class ZoneSample
{
    private const int Seed = 20260302;

    /// <summary>The zones of Dott in Paris; the id of a zone holds its place.</summary>
    public static IReadOnlyList<IndexedZone> Paris(byte[] file)
    {
        var client = new ClientProfile(
            "paris",
            "Paris",
            "Europe/Paris",
            "EUR",
            [],
            [
                [48.7, 2.1, 49.0, 2.6],
            ]
        );
        return
        [
            .. ZoneFile
                .Read(file, ZoneFormat.Gbfs, client)
                .Zones.Select(z => new IndexedZone(Id(z.FeatureIndex), z.Rules, null, null, z.Boundary)),
        ];
    }

    /// <summary>Every tenth vertex, the middle of every tenth edge, and points anywhere, most of them in a zone's
    /// box.</summary>
    public static IReadOnlyList<Coordinate> Points(IReadOnlyList<IndexedZone> zones, int count)
    {
        var random = new Random(Seed);
        var points = new List<Coordinate>(count);
        foreach (var ring in zones.SelectMany(z => z.Boundary.Geometries.Cast<Polygon>()).Select(p => p.ExteriorRing))
        {
            var vertices = ring.Coordinates;
            for (var n = 0; n < vertices.Length - 1; n += 10)
            {
                points.Add(vertices[n]);
                points.Add(Middle(vertices[n], vertices[n + 1]));
            }
        }
        var whole = new Envelope();
        foreach (var zone in zones)
        {
            whole.ExpandToInclude(zone.Boundary.EnvelopeInternal);
        }
        while (points.Count < count)
        {
            var box = zones[random.Next(zones.Count)].Boundary.EnvelopeInternal;
            points.Add(Inside(random.Next(4) == 0 ? whole : box, random));
        }
        // Points of one kind beside each other would let a short round measure that kind alone.
        var mixed = points.ToArray();
        random.Shuffle(mixed);
        return mixed;
    }

    /// <summary>The id that stands for a place in the file.</summary>
    public static Guid Id(int order) => new(order, 0, 0, new byte[8]);

    /// <summary>The place in the file that an id stands for.</summary>
    public static int Order(Guid id) => BitConverter.ToInt32(id.ToByteArray());

    private static Coordinate Middle(Coordinate a, Coordinate b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2);

    private static Coordinate Inside(Envelope box, Random random) =>
        new(box.MinX + (random.NextDouble() * box.Width), box.MinY + (random.NextDouble() * box.Height));
}
