using System.Text.Json;
using Mobility.Parking.V1;

namespace Mobility.Parking;

/// <summary>How a version of GBFS writes the rules of a zone. Real feeds mix the versions' names, which a strict reader
/// would take for rules without types, valid for all vehicles: both names are read and the wrong one is
/// reported.</summary>
internal sealed record GbfsDialect(bool IsThree)
{
    private const string TypesOf2 = "vehicle_type_id";
    private const string TypesOf3 = "vehicle_type_ids";
    private const string EndOf2 = "ride_allowed";
    private const string EndOf3 = "ride_end_allowed";

    /// <summary>The dialect that the file names; one that names none is known by how it writes its time.</summary>
    /// <exception cref="InvalidDataException">The file names a version that has no such zones.</exception>
    public static GbfsDialect Of(JsonElement root)
    {
        var version = root.Member("version");
        return version.Text() switch
        {
            { } text when text.StartsWith("3.", StringComparison.Ordinal) => new(IsThree: true),
            { } text when text.StartsWith("2.", StringComparison.Ordinal) => new(IsThree: false),
            null when !version.IsSet() => new(root.Member("last_updated").ValueKind == JsonValueKind.String),
            _ => throw new InvalidDataException("The file is of no version 2 or 3 of GBFS."),
        };
    }

    /// <summary>The rules that say whether a ride may end, in the order in which they win.</summary>
    /// <param name="rules">An array of rules; none when it is missing.</param>
    /// <param name="mended">Gets code and sentence of what was not as the version wants it, each once.</param>
    public IReadOnlyList<ZoneRule> Rules(JsonElement rules, Action<string, string> mended)
    {
        if (!rules.IsSet())
        {
            return [];
        }
        var said = new HashSet<string>(StringComparer.Ordinal);
        void Once(string code, string message)
        {
            if (said.Add(code))
            {
                mended(code, message);
            }
        }
        if (rules.ValueKind != JsonValueKind.Array)
        {
            Once("RULES_INVALID", "The rules are no array; the zone was taken without any.");
            return [];
        }
        return [.. rules.EnumerateArray().Select(r => Rule(r, Once)).OfType<ZoneRule>()];
    }

    private ZoneRule? Rule(JsonElement rule, Action<string, string> mended)
    {
        var types = Types(Either(rule, TypesOf2, TypesOf3, mended), mended);
        var end = Flag(Either(rule, EndOf2, EndOf3, mended), mended);
        if (types is null || end is null)
        {
            mended(
                "RULE_INVALID",
                "A rule does not say whether a ride may end, or for which vehicles; it was dropped."
            );
            return null;
        }
        // Where a vehicle must stand at a station the zone alone does not tell whether it stands right.
        var hangs = end.Value && Flag(rule.Member("station_parking"), mended) is true;
        return new ZoneRule(
            types,
            hangs ? ZoneParking.Unspecified
                : end.Value ? ZoneParking.Permitted
                : ZoneParking.Forbidden
        );
    }

    /// <summary>The member by the version's name, else by the other's.</summary>
    private JsonElement Either(JsonElement rule, string of2, string of3, Action<string, string> mended)
    {
        var right = rule.Member(IsThree ? of3 : of2);
        var other = rule.Member(IsThree ? of2 : of3);
        if (right.IsSet() || !other.IsSet())
        {
            return right;
        }
        mended(
            IsThree ? "RULE_FIELD_OF_V2" : "RULE_FIELD_OF_V3",
            $"A rule has {(IsThree ? of2 : of3)} where this version has {(IsThree ? of3 : of2)}; it was read so."
        );
        return other;
    }

    private static List<string>? Types(JsonElement types, Action<string, string> mended)
    {
        if (!types.IsSet())
        {
            return [];
        }
        if (types.Text() is { } one)
        {
            mended("RULE_TYPES_NOT_LIST", "The vehicle types of a rule are one text, not a list.");
            return [one];
        }
        if (types.ValueKind != JsonValueKind.Array || types.EnumerateArray().Any(t => t.Text() is null))
        {
            return null;
        }
        return [.. types.EnumerateArray().Select(t => t.Text()!)];
    }

    private static bool? Flag(JsonElement flag, Action<string, string> mended)
    {
        switch (flag.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Number when flag.Number() is 0 or 1:
                mended("BOOLEAN_AS_NUMBER", "A rule writes 0 or 1 for a boolean.");
                return flag.Number() is 1;
            case JsonValueKind.String when flag.Text() is "true" or "false":
                mended("BOOLEAN_AS_TEXT", "A rule writes a boolean as text.");
                return flag.Text() is "true";
            default:
                return null;
        }
    }
}
