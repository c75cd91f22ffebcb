using System.Globalization;

namespace Mobility.Sidecar.Resources;

/// <summary>A list of HTTP status codes and ranges such as <c>429,500-599</c>.</summary>
public sealed class StatusCodeList
{
    private readonly List<(int From, int To)> _ranges = [];

    /// <summary>True when the list is empty (everything matches) or holds the code.</summary>
    public bool Matches(int code) =>
        _ranges.Count == 0 || _ranges.Exists(range => code >= range.From && code <= range.To);

    /// <summary>Parses; false when a part is not a code from 100 to 599 or a range of them.</summary>
    public static bool TryParse(string text, out StatusCodeList list)
    {
        list = new StatusCodeList();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (text.Length == 0)
                return true;
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryCode(ends[0], out int from) || !TryCode(ends[^1], out int to) || from > to)
                return false;
            list._ranges.Add((from, to));
        }
        return true;
    }

    private static bool TryCode(string text, out int code) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= 100 and <= 599;
}
