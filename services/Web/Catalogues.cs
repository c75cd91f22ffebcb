using System.Text.Json;
using Mobility.Parking.V1;

namespace Mobility.Web;

/// <summary>A code with its names by language.</summary>
/// <param name="Code">The code that calls and events carry.</param>
/// <param name="Names">Its names, "ko" and "en".</param>
public sealed record Coded(string Code, IReadOnlyDictionary<string, string> Names)
{
    /// <summary>Its name in the words' language.</summary>
    public string In(Words words) => Names[words.Language];
}

/// <summary>The words of codes, read from the catalogues of the services that own the codes: nothing is listed
/// twice.</summary>
public static class Catalogues
{
    /// <summary>What a fault can be about, in the order in which riders are asked.</summary>
    public static IReadOnlyList<Coded> FaultCategories { get; } = Read("faults/categories.json", "categories", "names");

    /// <summary>Where a vehicle can stand in the way, the most frequent first.</summary>
    public static IReadOnlyList<Coded> ComplaintCategories { get; } =
        Read("parking/categories.json", "categories", "names");

    /// <summary>Why a complaint was found wrong, and how one was resolved.</summary>
    public static IReadOnlyList<Coded> ComplaintAnswers { get; } =
    [.. Read("parking/reasons.json", "reject", "names"), .. Read("parking/reasons.json", "resolve", "names")];

    /// <summary>Why a refund is asked for.</summary>
    public static IReadOnlyList<Coded> RefundReasons { get; } = Read("refunds/reasons.json", "reasons", "name");

    private static readonly Dictionary<(string Version, string Rule), Coded> Rules = ReadRules();
    private static readonly Dictionary<string, Coded> Cities = ReadCities();

    /// <summary>The name of a code; for one that this version does not know, the word for anything else.</summary>
    public static string Name(IReadOnlyList<Coded> catalogue, string code, Words words) =>
        catalogue.FirstOrDefault(c => string.Equals(c.Code, code, StringComparison.Ordinal))?.In(words)
        ?? words["code.other"];

    /// <summary>A rule in the words of the ordinance's version that decided; null when none is known.</summary>
    public static string? RuleText(ParkingRule rule, Words words) =>
        Rules.GetValueOrDefault((rule.OrdinanceVersion.Split(':')[0], rule.Code))?.In(words);

    /// <summary>The name of the city whose ordinance applies; null when none is known.</summary>
    public static string? CityName(ParkingRule rule, Words words) => Cities.GetValueOrDefault(rule.City)?.In(words);

    private static List<Coded> Read(string file, string list, string names)
    {
        using var json = Open(file);
        return json is null
            ? []
            : [.. json.RootElement.GetProperty(list).EnumerateArray().Select(e => CodedOf(e, "code", names))];
    }

    private static Dictionary<string, Coded> ReadCities()
    {
        using var json = Open("parking/ordinances.json");
        return json?.RootElement.GetProperty("cities")
                .EnumerateArray()
                .Select(city => CodedOf(city, "city", "names"))
                .ToDictionary(c => c.Code, StringComparer.Ordinal)
            ?? [];
    }

    private static Dictionary<(string, string), Coded> ReadRules()
    {
        using var json = Open("parking/ordinances.json");
        var rules =
            from city in json?.RootElement.GetProperty("cities").EnumerateArray().ToList() ?? []
            from version in city.GetProperty("versions").EnumerateArray()
            from rule in version.GetProperty("rules").EnumerateArray()
            select (Version: Text(version, "version"), Rule: rule);
        return rules.ToDictionary(
            r => (r.Version, Text(r.Rule, "code")),
            r => new Coded(
                Text(r.Rule, "code"),
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [Words.Korean] = Text(r.Rule, "text_ko"),
                    [Words.English] = Text(r.Rule, "text_en"),
                }
            )
        );
    }

    private static Coded CodedOf(JsonElement element, string code, string names) =>
        new(
            Text(element, code),
            element
                .GetProperty(names)
                .EnumerateObject()
                .ToDictionary(n => n.Name, n => n.Value.GetString()!, StringComparer.Ordinal)
        );

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static JsonDocument? Open(string file)
    {
        using var stream = typeof(Catalogues).Assembly.GetManifestResourceStream($"catalogues/{file}");
        return stream is null ? null : JsonDocument.Parse(stream);
    }
}
