using System.Globalization;
using System.Text;
using NetTopologySuite.Geometries;

namespace Mobility.Parking;

/// <summary>Writes boundaries as GeoJSON, each number with as many digits as it needs to be read back the
/// same.</summary>
internal static class GeoJson
{
    /// <summary>A MultiPolygon geometry.</summary>
    public static string Write(MultiPolygon boundary)
    {
        var text = new StringBuilder("""{"type":"MultiPolygon","coordinates":""");
        List(
            text,
            boundary.Geometries.Cast<Polygon>(),
            polygon =>
                List(
                    text,
                    [polygon.ExteriorRing, .. polygon.InteriorRings],
                    ring =>
                        List(
                            text,
                            ring.Coordinates,
                            point => text.Append(CultureInfo.InvariantCulture, $"[{point.X:R},{point.Y:R}]")
                        )
                )
        );
        return text.Append('}').ToString();
    }

    private static void List<T>(StringBuilder text, IEnumerable<T> parts, Action<T> write)
    {
        text.Append('[');
        var isFirst = true;
        foreach (var part in parts)
        {
            if (!isFirst)
            {
                text.Append(',');
            }
            isFirst = false;
            write(part);
        }
        text.Append(']');
    }
}
