using System.Text.Json;
using NetTopologySuite.Geometries;

namespace Mobility.Parking;

/// <summary>Reads the nested arrays of a GeoJSON geometry; stops at the first thing that is no position.</summary>
internal sealed class PositionReader(int pointsMax)
{
    private int points;

    /// <summary>Why reading stopped.</summary>
    public string Code { get; private set; } = "";

    /// <summary>The same as an English sentence.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Polygons, rings, positions; null when something is wrong.</summary>
    public List<List<Coordinate[]>>? Polygons(JsonElement coordinates, int depth)
    {
        var polygons =
            depth == 4 ? Each(coordinates, Rings)
            : Rings(coordinates) is { } one ? [one]
            : null;
        return polygons is null || polygons.Exists(p => p.Count == 0)
            ? Stop<List<List<Coordinate[]>>>(Nesting)
            : polygons;
    }

    private const string Nesting = "The arrays of the coordinates are not nested as those of a MultiPolygon.";

    private List<Coordinate[]>? Rings(JsonElement element) => Each(element, Ring);

    private Coordinate[]? Ring(JsonElement element) => Each(element, Position)?.ToArray();

    private List<T>? Each<T>(JsonElement element, Func<JsonElement, T?> read)
        where T : class
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            return Stop<List<T>>(Nesting);
        }
        var list = new List<T>(element.GetArrayLength());
        foreach (var part in element.EnumerateArray())
        {
            if (read(part) is not { } value)
            {
                return null;
            }
            list.Add(value);
        }
        return list;
    }

    private Coordinate? Position(JsonElement element)
    {
        if (++points > pointsMax)
        {
            return Stop<Coordinate>($"The feature has more than {pointsMax} points.", "FEATURE_TOO_LARGE");
        }
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() < 2)
        {
            return Stop<Coordinate>(Nesting);
        }
        // A third number is a height, which no zone has.
        return Number(element[0]) is { } x && Number(element[1]) is { } y
            ? new Coordinate(x, y)
            : Stop<Coordinate>("A coordinate is no finite number.", "COORDINATE_NOT_FINITE");
    }

    private static double? Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : null;

    private T? Stop<T>(string message, string code = "GEOMETRY_NESTING")
        where T : class
    {
        if (Code.Length == 0)
        {
            (Code, Message) = (code, message);
        }
        return null;
    }
}
