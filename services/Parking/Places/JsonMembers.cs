using System.Text.Json;

namespace Mobility.Parking;

/// <summary>Reading of members that may be missing or of another kind than they should.</summary>
internal static class JsonMembers
{
    /// <summary>A member; an undefined element when there is none.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>Is it there, and not null?</summary>
    public static bool IsSet(this JsonElement element) =>
        element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The text; null when it is no string, or one that is no Unicode.</summary>
    public static string? Text(this JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // A lone half of a surrogate pair.
            return null;
        }
    }

    /// <summary>The finite number; null when it is none.</summary>
    public static double? Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : null;

    /// <summary>A time as GBFS has it: RFC 3339 text from 3.0 on, seconds since 1970 before; null when it is
    /// neither.</summary>
    public static DateTimeOffset? Time(this JsonElement element)
    {
        if (element.Number() is { } seconds)
        {
            return seconds is >= 0 and <= 253_402_300_799
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
                : null;
        }
        return element.ValueKind == JsonValueKind.String && element.TryGetDateTimeOffset(out var time)
            ? Platform.Rpc.Call.Millisecond(time)
            : null;
    }
}
