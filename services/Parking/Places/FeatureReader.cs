using System.Text.Json;
using Mobility.Parking.V1;
using Mobility.Platform;

namespace Mobility.Parking;

/// <summary>Reads the features of a zone file one by one.</summary>
/// <param name="client">Whose zones they are.</param>
/// <param name="dialect">How the GBFS version writes rules; null for a plain GeoJSON file.</param>
internal sealed class FeatureReader(ClientProfile client, GbfsDialect? dialect)
{
    private const int TitleLength = 200;

    private readonly ImportProblems problems = new();

    /// <summary>Reads them all.</summary>
    public ZoneFile ReadAll(JsonElement features, JsonElement root)
    {
        var zones = new List<ReadZone>();
        var index = 0;
        foreach (var feature in features.EnumerateArray())
        {
            if (Read(feature, index) is { } zone)
            {
                zones.Add(zone);
            }
            index++;
        }
        var globalRules = dialect?.Rules(root.Member("data").Member("global_rules"), Mended(index)) ?? [];
        return new ZoneFile(index, zones, globalRules, problems.List);
    }

    private ReadZone? Read(JsonElement feature, int index)
    {
        if (index >= ZoneFile.FeaturesMax)
        {
            return LeaveOut(index, "FEATURES_TOO_MANY", $"The file has more than {ZoneFile.FeaturesMax} features.");
        }
        if (feature.ValueKind != JsonValueKind.Object)
        {
            return LeaveOut(index, "FEATURE_INVALID", "The feature is no object.");
        }
        var reader = new GeometryReader(client);
        var boundary = reader.Read(feature.Member("geometry"));
        foreach (var problem in reader.Problems)
        {
            problems.Add(index, problem.Code, problem.Message, problem.LeftOut);
        }
        if (boundary is null)
        {
            return null;
        }
        var properties = feature.Member("properties");
        var (start, end) = (properties.Member("start"), properties.Member("end"));
        var zone = new ReadZone(
            index,
            Title(properties.Member("name"), index),
            dialect is null ? PlainRules(properties, index) : dialect.Rules(properties.Member("rules"), Mended(index)),
            start.Time(),
            end.Time(),
            boundary
        );
        var readable = start.IsSet() == zone.StartTime.HasValue && end.IsSet() == zone.EndTime.HasValue;
        return readable && (zone.StartTime is null || zone.EndTime is null || zone.StartTime < zone.EndTime)
            ? zone
            : LeaveOut(index, "TIME_INVALID", "Start and end are no times, or the end is not after the start.");
    }

    /// <summary>The title in Korean if there is one, else the first.</summary>
    private string Title(JsonElement name, int index)
    {
        var texts = name.ValueKind == JsonValueKind.Array ? name.EnumerateArray().ToList() : [];
        var chosen = texts.Find(t => t.Member("language").Text() is "ko").Member("text").Text();
        var title = chosen ?? texts.FirstOrDefault().Member("text").Text() ?? name.Text() ?? "";
        title = string.Concat(title.Where(c => !char.IsControl(c))).Trim();
        if (title.Length <= TitleLength)
        {
            return title;
        }
        problems.Add(index, "TITLE_TOO_LONG", $"The name has more than {TitleLength} characters.", leftOut: false);
        // Half of a character beyond the basic plane is none.
        return title[..(char.IsHighSurrogate(title[TitleLength - 1]) ? TitleLength - 1 : TitleLength)];
    }

    private IReadOnlyList<ZoneRule> PlainRules(JsonElement properties, int index)
    {
        var parking = properties.Member("parking");
        switch (parking.Text())
        {
            case "permitted":
                return [new ZoneRule([], ZoneParking.Permitted)];
            case "forbidden":
                return [new ZoneRule([], ZoneParking.Forbidden)];
            default:
                if (parking.IsSet())
                {
                    Mended(index)("PARKING_UNKNOWN", "Parking is neither \"permitted\" nor \"forbidden\".");
                }
                return [];
        }
    }

    private Action<string, string> Mended(int index) => (code, message) => problems.Add(index, code, message, false);

    private ReadZone? LeaveOut(int index, string code, string message)
    {
        problems.Add(index, code, message, leftOut: true);
        return null;
    }
}
