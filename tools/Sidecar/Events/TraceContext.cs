using System.Text.RegularExpressions;

namespace Mobility.Sidecar.Events;

/// <summary>W3C trace context of a request, passed through unchanged: the sidecar makes no spans.</summary>
/// <param name="Parent">A valid traceparent, or empty.</param>
/// <param name="State">The tracestate, or empty.</param>
public sealed partial record TraceContext(string Parent, string State)
{
    /// <summary>What the application receives when a message carries no trace, as from daprd.</summary>
    public const string Zero = "00-00000000000000000000000000000000-0000000000000000-00";

    public static TraceContext None { get; } = new("", "");

    /// <summary>Takes the two headers; a malformed or all-zero parent counts as none.</summary>
    public static TraceContext Of(string? parent, string? state) =>
        IsValid(parent) ? new TraceContext(parent!, state ?? "") : None;

    public static bool IsValid(string? parent) =>
        parent is not null
        && Form().IsMatch(parent)
        && parent[3..35].Any(c => c != '0')
        && parent[36..52].Any(c => c != '0');

    [GeneratedRegex("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
