using System.Globalization;
using System.Text.Json;
using Mobility.Platform;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Valid;

namespace Mobility.Parking;

/// <summary>Something in a feature that could not be taken as it is.</summary>
public readonly record struct FeatureProblem(string Code, string Message, bool LeftOut);

/// <summary>
/// Reads the polygons of a GeoJSON geometry as real files have them: what is plain is mended and reported, what could
/// mean two things is left out and reported.
/// </summary>
/// <param name="client">Its service area tells swapped axes; null reads what a trusted file has, valid or not.</param>
public sealed class GeometryReader(ClientProfile? client)
{
    /// <summary>Points of a feature: a coast in fine detail has fewer.</summary>
    private const int PointsMax = 20_000;

    private static readonly GeometryFactory Wgs84 = new(new PrecisionModel(), 4326);

    private readonly List<FeatureProblem> problems = [];

    /// <summary>What was mended, and at most one reason for leaving the feature out.</summary>
    public IReadOnlyList<FeatureProblem> Problems => problems;

    /// <summary>The polygons, outer rings counter-clockwise; null when the feature is left out.</summary>
    public MultiPolygon? Read(JsonElement geometry)
    {
        if (geometry.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return LeaveOut("GEOMETRY_NULL", "The feature has no geometry.");
        }
        if (
            geometry.ValueKind != JsonValueKind.Object
            || !geometry.TryGetProperty("type", out var type)
            || type.ValueKind != JsonValueKind.String
            || type.GetString() is not ("Polygon" or "MultiPolygon")
        )
        {
            return LeaveOut("GEOMETRY_TYPE", "The geometry is neither a MultiPolygon nor a Polygon.");
        }
        var wanted = type.GetString() == "Polygon" ? 3 : 4;
        var coordinates = geometry.TryGetProperty("coordinates", out var found) ? found : default;
        var depth = DepthOf(coordinates);
        if (depth is not (3 or 4))
        {
            return LeaveOut("GEOMETRY_NESTING", $"The coordinates are nested {depth} deep, not {wanted}.");
        }
        if (depth != wanted)
        {
            Mend("GEOMETRY_NESTING", $"The coordinates are nested {depth} deep, not {wanted}.");
        }
        return RingsOf(coordinates, depth) is { } polygons ? Build(polygons) : null;
    }

    private static int DepthOf(JsonElement element)
    {
        var depth = 0;
        while (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0)
        {
            element = element[0];
            depth++;
        }
        return depth;
    }

    private List<List<Coordinate[]>>? RingsOf(JsonElement coordinates, int depth)
    {
        var read = new PositionReader(PointsMax);
        var polygons = read.Polygons(coordinates, depth);
        if (polygons is null)
        {
            LeaveOut(read.Code, read.Message);
            return null;
        }
        var all = polygons.SelectMany(p => p.SelectMany(r => r)).ToList();
        if (
            client is not null
            && !all.Exists(c => client.Serves(c.Y, c.X))
            && all.TrueForAll(c => client.Serves(c.X, c.Y))
        )
        {
            all.ForEach(c => (c.X, c.Y) = (c.Y, c.X));
            Mend("AXES_SWAPPED", "Longitude and latitude stand in each other's place; they were changed back.");
        }
        if (all.Find(c => Math.Abs(c.X) > 180 || Math.Abs(c.Y) > 90) is { } off)
        {
            LeaveOut("COORDINATE_OUT_OF_RANGE", $"{Place(off)} is no point of the earth.");
            return null;
        }
        if (client is not null && !all.Exists(c => client.Serves(c.Y, c.X)))
        {
            Mend("OUTSIDE_SERVICE_AREA", "No point of it lies in the client's service area; it was taken.");
        }
        return polygons;
    }

    private MultiPolygon? Build(List<List<Coordinate[]>> polygons)
    {
        var built = new List<Polygon>();
        foreach (var rings in polygons)
        {
            var closed = rings.ConvertAll(Clean);
            if (closed.Exists(CrossesDateLine))
            {
                return LeaveOut(
                    "DATE_LINE_CROSSED",
                    "An edge is more than 180 degrees wide: cut the zone at the date line, as RFC 7946 asks."
                );
            }
            if (closed.Exists(r => r.Length < 4))
            {
                return LeaveOut("RING_TOO_SHORT", "A ring has fewer than three different points.");
            }
            var shell = Turned(closed[0], counterClockwise: true);
            built.Add(Wgs84.CreatePolygon(shell, [.. closed.Skip(1).Select(r => Turned(r, counterClockwise: false))]));
        }
        var whole = Wgs84.CreateMultiPolygon([.. built]);
        if (client is null || new IsValidOp(whole).ValidationError is not { } error)
        {
            return whole;
        }
        var code = error.ErrorType switch
        {
            TopologyValidationErrors.SelfIntersection or TopologyValidationErrors.RingSelfIntersection =>
                "RING_SELF_INTERSECTS",
            TopologyValidationErrors.HoleOutsideShell => "HOLE_OUTSIDE_SHELL",
            _ => "GEOMETRY_INVALID",
        };
        return LeaveOut(code, $"{error.Message} at {Place(error.Coordinate)}.");
    }

    /// <summary>The ring closed and without a point twice in a row.</summary>
    private Coordinate[] Clean(Coordinate[] ring)
    {
        var points = new List<Coordinate>(ring.Length + 1);
        foreach (var point in ring)
        {
            if (points.Count == 0 || !points[^1].Equals2D(point))
            {
                points.Add(point);
            }
        }
        if (points.Count < ring.Length)
        {
            Mend("POINT_DUPLICATE", "A ring has a point twice in a row; one was dropped.");
        }
        if (points.Count > 0 && !points[0].Equals2D(points[^1]))
        {
            points.Add(points[0].Copy());
            Mend("RING_UNCLOSED", "A ring does not end where it begins; it was closed.");
        }
        return [.. points];
    }

    private static bool CrossesDateLine(Coordinate[] ring) =>
        ring.Zip(ring.Skip(1)).Any(edge => Math.Abs(edge.First.X - edge.Second.X) > 180);

    private static LinearRing Turned(Coordinate[] points, bool counterClockwise)
    {
        var ring = Wgs84.CreateLinearRing(points);
        return ring.IsCCW == counterClockwise ? ring : (LinearRing)ring.Reverse();
    }

    private void Mend(string code, string message)
    {
        if (!problems.Exists(p => string.Equals(p.Code, code, StringComparison.Ordinal)))
        {
            problems.Add(new FeatureProblem(code, message, LeftOut: false));
        }
    }

    private MultiPolygon? LeaveOut(string code, string message)
    {
        problems.Add(new FeatureProblem(code, message, LeftOut: true));
        return null;
    }

    private static string Place(Coordinate c) =>
        string.Create(CultureInfo.InvariantCulture, $"longitude {c.X}, latitude {c.Y}");
}
