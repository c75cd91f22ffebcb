using System.Text.Json;
using System.Text.Json.Nodes;
using Mobility.Platform;

namespace Mobility.Web.Public;

/// <summary>
/// Lines of administrative areas, so that a map without a map service shows where one is. Drawn roughly: which area
/// holds a point is for Parking to say.
/// </summary>
public sealed class MapAreas
{
    /// <summary>Names GeoJSON files, separated by semicolons; unset where no areas are drawn.</summary>
    public const string Setting = "MOBILITY_BOUNDARIES";

    /// <summary>Degrees between two points of a line, some 30 m: less is not seen on a phone.</summary>
    private const double Step = 0.0003;

    private readonly Dictionary<string, string> byClient;

    private MapAreas(Dictionary<string, string> byClient) => this.byClient = byClient;

    /// <summary>Reads the files once for every client.</summary>
    /// <exception cref="InvalidOperationException">Names a file that cannot be read.</exception>
    public static MapAreas Load(Settings settings)
    {
        var paths = settings.Own.GetValueOrDefault(Setting) ?? "";
        var areas = paths
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany(Read)
            .ToList();
        return new MapAreas(
            ClientCatalogue
                .Load(settings.ClientsFile)
                .All.ToDictionary(c => c.Id, c => Text(areas.Where(a => Touches(a, c))), StringComparer.Ordinal)
        );
    }

    /// <summary>A GeoJSON geometry of lines.</summary>
    public string Of(string client) => byClient[client];

    private static IEnumerable<Area> Read(string path)
    {
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. file.RootElement.GetProperty("features").EnumerateArray().SelectMany(AreasOf)];
        }
        catch (Exception e)
            when (e is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{Setting}: {path}: {e.Message}", e);
        }
    }

    private static IEnumerable<Area> AreasOf(JsonElement feature)
    {
        if (!feature.TryGetProperty("geometry", out var geometry) || geometry.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }
        var coordinates = geometry.GetProperty("coordinates");
        var polygons = geometry.GetProperty("type").GetString() switch
        {
            "Polygon" => [coordinates],
            "MultiPolygon" => coordinates.EnumerateArray().ToList(),
            _ => [],
        };
        foreach (var ring in polygons.SelectMany(p => p.EnumerateArray()))
        {
            yield return new Area(Thinned(ring));
        }
    }

    private static List<(double Lon, double Lat)> Thinned(JsonElement ring)
    {
        var line = new List<(double Lon, double Lat)>();
        foreach (var position in ring.EnumerateArray())
        {
            var (lon, lat) = (Math.Round(position[0].GetDouble(), 5), Math.Round(position[1].GetDouble(), 5));
            if (line.Count == 0 || Math.Abs(line[^1].Lon - lon) + Math.Abs(line[^1].Lat - lat) > Step)
            {
                line.Add((lon, lat));
            }
        }
        if (line.Count > 1)
        {
            line.Add(line[0]);
        }
        return line;
    }

    private static bool Touches(Area area, ClientProfile client) => area.Line.Exists(p => client.Serves(p.Lat, p.Lon));

    private static string Text(IEnumerable<Area> areas)
    {
        var lines = areas.Select(a => (JsonNode)new JsonArray([.. a.Line.Select(p => new JsonArray(p.Lon, p.Lat))]));
        return new JsonObject
        {
            ["type"] = "MultiLineString",
            ["coordinates"] = new JsonArray([.. lines]),
        }.ToJsonString();
    }

    private sealed record Area(List<(double Lon, double Lat)> Line);
}
