using System.Globalization;
using System.Text.Json;
using NetTopologySuite.Geometries;

namespace Mobility.Parking;

/// <summary>An administrative area: the smallest that the boundary files hold (eup, myeon, dong).</summary>
/// <param name="Dong">Its own name, for example 교2동.</param>
/// <param name="District">Name of the city or district that it is part of, for example 강릉시.</param>
/// <param name="Code">Its code at the time asked for.</param>
public sealed record AreaName(string Dong, string District, string Code);

/// <summary>
/// Which administrative area holds a point, by GeoJSON files of boundaries. A file is of one year and codes change (a
/// province was renamed in 2023): an area is told by its name, its code is that of the time asked for.
/// </summary>
public sealed class Boundaries
{
    /// <summary>Names the files, separated by semicolons; unset where no areas are known.</summary>
    public const string Setting = "MOBILITY_BOUNDARIES";

    private static readonly Lazy<Boundaries> OfProcess = new(() =>
        Load(Environment.GetEnvironmentVariable(Setting) ?? "")
    );

    private readonly AreaIndex<AreaName> index;

    private Boundaries(AreaIndex<AreaName> index) => this.index = index;

    /// <summary>The boundaries of this process, read when first asked for.</summary>
    /// <exception cref="InvalidOperationException">Names every file that is no boundary file.</exception>
    public static Boundaries Current => OfProcess.Value;

    /// <summary>Number of areas.</summary>
    public int Count => index.Count;

    /// <summary>The area that holds the point, with its code at that time; null at sea. On a common boundary the one
    /// that stands first in the files.</summary>
    public AreaName? At(double latitude, double longitude, DateTimeOffset time) =>
        index.At(latitude, longitude) is [var area, ..]
            ? area with
            {
                Code = AreaCodes.Current.At(area.Code, time),
            }
            : null;

    /// <summary>Reads the files.</summary>
    public static Boundaries Load(string paths)
    {
        var areas = new List<(AreaName, MultiPolygon)>();
        var violations = new List<string>();
        foreach (var path in paths.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                using var file = JsonDocument.Parse(File.ReadAllBytes(path));
                areas.AddRange(Areas(file.RootElement));
            }
            catch (Exception e) when (e is IOException or JsonException or InvalidDataException)
            {
                violations.Add($"{path}: {e.Message}");
            }
        }
        return violations.Count == 0
            ? new Boundaries(new AreaIndex<AreaName>(areas))
            : throw new InvalidOperationException($"{Setting}: {string.Join("; ", violations)}.");
    }

    private static IEnumerable<(AreaName, MultiPolygon)> Areas(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("features", out var features))
        {
            throw new InvalidDataException("it is no FeatureCollection");
        }
        var index = 0;
        foreach (var feature in features.EnumerateArray())
        {
            var reader = new GeometryReader(client: null);
            var boundary = reader.Read(feature.TryGetProperty("geometry", out var geometry) ? geometry : default);
            var name = feature.TryGetProperty("properties", out var p) ? NameOf(p) : null;
            if (boundary is null || name is null)
            {
                throw new InvalidDataException(
                    string.Create(CultureInfo.InvariantCulture, $"feature {index} has no boundary, name or code")
                );
            }
            yield return (name, boundary);
            index++;
        }
    }

    private static AreaName? NameOf(JsonElement properties)
    {
        string Text(string name) =>
            properties.ValueKind == JsonValueKind.Object
            && properties.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : "";
        var (full, code) = (Text("adm_nm"), Text("adm_cd2"));
        return full.Length > 0 && code.Length > 0 ? new AreaName(full.Split(' ')[^1], Text("sggnm"), code) : null;
    }
}
