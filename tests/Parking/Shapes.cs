using System.Globalization;

namespace Mobility.Tests.Parking;

/// <summary>Zone files made for a test.</summary>
internal static class Shapes
{
    /// <summary>A square of 0.01 degrees whose south-western corner is at the point, counter-clockwise.</summary>
    public static string Square(double south, double west, double side = 0.01) =>
        Ring((west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south));

    public static string Ring(params (double X, double Y)[] points) =>
        "["
        + string.Join(',', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.X:R},{p.Y:R}]")))
        + "]";

    public static string Polygon(params string[] rings) =>
        $$"""{"type":"Polygon","coordinates":[{{string.Join(',', rings)}}]}""";

    public static string Multi(params string[] rings) =>
        $$"""{"type":"MultiPolygon","coordinates":[[{{string.Join(',', rings)}}]]}""";

    public static string Feature(string geometry, string properties = "{}") =>
        $$"""{"type":"Feature","properties":{{properties}},"geometry":{{geometry}}}""";

    public static string Permitted(string geometry, string name = "zone") =>
        Feature(geometry, $$"""{"name":"{{name}}","parking":"permitted"}""");

    public static string Forbidden(string geometry, string name = "zone") =>
        Feature(geometry, $$"""{"name":"{{name}}","parking":"forbidden"}""");

    public static string Collection(params string[] features) =>
        $$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}]}""";

    /// <summary>A GBFS file; rules as JSON.</summary>
    public static string Gbfs(
        string version,
        IEnumerable<(string Geometry, string Rules)> zones,
        string? globalRules = null
    )
    {
        var features = zones.Select(z => Feature(z.Geometry, $$"""{"name":"z","rules":{{z.Rules}}}"""));
        var globals = globalRules is null ? "" : $$""","global_rules":{{globalRules}}""";
        return $$$"""
            {"last_updated":0,"ttl":0,"version":"{{{version}}}",
            "data":{"geofencing_zones":{{{Collection([.. features])}}}{{{globals}}}}}
            """;
    }
}
