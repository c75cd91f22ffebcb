using System.Globalization;
using System.Text.RegularExpressions;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>A rule of an ordinance.</summary>
/// <param name="Code">Name of the rule, for example "crosswalk".</param>
/// <param name="Categories">Complaint categories that it is for; empty for all that no other rule names.</param>
/// <param name="GraceMinutes">Minutes of service hours that the operator has; 0 when a removal may follow at
/// once.</param>
/// <param name="FeeMinor">What the city charges for a removal.</param>
/// <param name="StorageFeeMinorPerHalfHour">What it charges for each half hour of storage.</param>
/// <param name="TextKo">The rule in words, with its distances.</param>
/// <param name="TextEn">The same in English.</param>
public sealed record OrdinanceRule(
    string Code,
    IReadOnlyList<string> Categories,
    int GraceMinutes,
    long FeeMinor,
    long StorageFeeMinorPerHalfHour,
    string TextKo,
    string TextEn
);

/// <summary>An ordinance as it is from a day on, until the next version.</summary>
public sealed record OrdinanceVersion(
    string Version,
    string From,
    string Notice,
    IReadOnlyList<string> Sources,
    IReadOnlyList<OpenHours> ServiceHours,
    bool ClosedOnHolidays,
    IReadOnlyList<OrdinanceRule> Rules
)
{
    /// <summary>The rule for a category; the one for all others when none names it.</summary>
    public OrdinanceRule RuleFor(string category) =>
        Rules.FirstOrDefault(r => r.Categories.Contains(category, StringComparer.Ordinal))
        ?? Rules.First(r => r.Categories.Count == 0);
}

/// <summary>A city and its ordinances, oldest version first.</summary>
public sealed record OrdinanceCity(
    string City,
    IReadOnlyDictionary<string, string> Names,
    string TimeZone,
    string Currency,
    IReadOnlyList<string> DongCodes,
    IReadOnlyList<double[]> Boxes,
    IReadOnlyList<OrdinanceVersion> Versions
)
{
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>The version in force; null before the first.</summary>
    public OrdinanceVersion? At(DateTimeOffset time) => Versions.LastOrDefault(v => Begin(v) <= time);

    private DateTimeOffset Begin(OrdinanceVersion version)
    {
        var midnight = DateTime.ParseExact(version.From, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight));
    }
}

/// <summary>The ordinances of all cities, from the embedded file; version and hash are stored with every decision that
/// used them.</summary>
public sealed partial class Ordinances
{
    private readonly IReadOnlyList<OrdinanceCity> cities;

    private Ordinances(string sha256, IReadOnlyList<OrdinanceCity> cities)
    {
        Sha256 = sha256;
        this.cities = cities;
    }

    /// <summary>The data that this build carries.</summary>
    public static Ordinances Current { get; } = Parse(CatalogueFile.Bytes("ordinances.json"));

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The city of an area's code, else the one in whose box the point lies (at sea, or where no boundaries
    /// are loaded); null when there is none.</summary>
    public OrdinanceCity? CityOf(string dongCode, double latitude, double longitude) =>
        dongCode.Length > 0
            ? cities.FirstOrDefault(c => c.DongCodes.Any(p => dongCode.StartsWith(p, StringComparison.Ordinal)))
            : cities.FirstOrDefault(c =>
                c.Boxes.Any(b => latitude >= b[0] && longitude >= b[1] && latitude <= b[2] && longitude <= b[3])
            );

    /// <summary>Reads ordinances; InvalidDataException names the first thing that is wrong with them.</summary>
    public static Ordinances Parse(byte[] file)
    {
        var content = CatalogueFile.Read<OrdinanceFile>(file);
        CatalogueFile.Demand(content.Version.Length is > 0 and <= 32, "The version must have 1 to 32 characters.");
        foreach (var city in content.Cities)
        {
            CheckCity(city);
            foreach (var version in city.Versions)
            {
                CheckVersion(version, $"{city.City} {version.Version}");
            }
        }
        return new(CatalogueFile.Sha256(file), content.Cities);
    }

    private static void CheckCity(OrdinanceCity city)
    {
        CatalogueFile.Demand(Code().IsMatch(city.City), $"'{city.City}' is no code.");
        CatalogueFile.Demand(TimeZoneInfo.TryFindSystemTimeZoneById(city.TimeZone, out _), $"{city.City}: time zone.");
        CatalogueFile.Demand(Money.Digits.ContainsKey(city.Currency), $"{city.City}: currency.");
        CatalogueFile.Demand(city.Boxes.All(b => b is [_, _, _, _]), $"{city.City}: a box has four numbers.");
        CatalogueFile.Demand(
            city.Versions.All(v => DateOnly.TryParseExact(v.From, "yyyy-MM-dd", out _)),
            $"{city.City}: a version begins on a day."
        );
        var days = city.Versions.Select(v => v.From).ToList();
        CatalogueFile.Demand(
            days.Count > 0 && days.SequenceEqual(days.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
            $"{city.City}: versions stand in the order of their days."
        );
    }

    private static void CheckVersion(OrdinanceVersion version, string where)
    {
        CatalogueFile.Demand(Code().IsMatch(version.Version), $"{where}: the version is no code.");
        CatalogueFile.Demand(version is { Sources.Count: > 0, Notice.Length: > 0 }, $"{where}: no source or notice.");
        CatalogueFile.Demand(
            version.ServiceHours.Count > 0 && version.ServiceHours.All(h => h.IsSound),
            $"{where}: service hours open before they close."
        );
        CatalogueFile.Demand(
            version.Rules.Count(r => r.Categories.Count == 0) == 1,
            $"{where}: one rule for all else."
        );
        CatalogueFile.Demand(
            version.Rules.All(r => Code().IsMatch(r.Code) && r is { TextKo.Length: > 0, TextEn.Length: > 0 }),
            $"{where}: a rule has a code and a text."
        );
        CatalogueFile.Demand(
            version.Rules.All(r =>
                r is { GraceMinutes: >= 0 and <= 1440, FeeMinor: >= 0, StorageFeeMinorPerHalfHour: >= 0 }
            ),
            $"{where}: grace is 0 to 1,440 minutes and no fee is negative."
        );
        var named = version.Rules.SelectMany(r => r.Categories).ToList();
        CatalogueFile.Demand(
            named.Distinct(StringComparer.Ordinal).Count() == named.Count,
            $"{where}: a category twice."
        );
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{1,62}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Code();

    private sealed record OrdinanceFile(string Version, IReadOnlyList<OrdinanceCity> Cities);
}
