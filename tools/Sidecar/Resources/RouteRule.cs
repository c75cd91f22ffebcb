using System.Text.RegularExpressions;

namespace Mobility.Sidecar.Resources;

/// <summary>One route: the event type it takes (null: every type) and the path that receives it.</summary>
public sealed partial record RouteRule(string? EventType, string Path)
{
    /// <summary>The rule as it is written in a Subscription.</summary>
    public string Match => EventType is null ? "" : $"event.type == \"{EventType}\"";

    /// <summary>Parses a match; null and a problem unless it is empty or compares event.type with one
    /// literal.</summary>
    public static RouteRule? Read(Fields rule)
    {
        string match = rule.Text("match").Trim();
        string path = rule.Required("path");
        rule.Done();
        if (match.Length == 0)
            return new RouteRule(null, Rooted(path));
        Match parsed = TypeEquals().Match(match);
        if (parsed.Success)
            return new RouteRule(parsed.Groups["type"].Value, Rooted(path));
        rule.Wrong("match", $"'{match}' is not supported by the local sidecar, only event.type == \"...\"");
        return null;
    }

    /// <summary>Adds the slash that daprd also adds.</summary>
    public static string Rooted(string path) => path.StartsWith('/') ? path : "/" + path;

    [GeneratedRegex("""^event\.type\s*==\s*(?<quote>["'])(?<type>[^"'\\]*)\k<quote>$""", RegexOptions.CultureInvariant)]
    private static partial Regex TypeEquals();
}
