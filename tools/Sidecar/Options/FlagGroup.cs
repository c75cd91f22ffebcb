using System.Globalization;
using System.Net;

namespace Mobility.Sidecar.Options;

/// <summary>The flags between two <c>--and</c>: reads values, and reports each that does not parse.</summary>
public sealed class FlagGroup(string label, Problems problems)
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    /// <summary>Adds one occurrence of a flag.</summary>
    public void Add(string name, string value)
    {
        if (!_values.TryGetValue(name, out List<string>? list))
            _values[name] = list = [];
        if (value.Length > 0)
            list.Add(value);
    }

    /// <summary>Takes over what <paramref name="first"/> says and this group does not.</summary>
    public void Inherit(FlagGroup first)
    {
        foreach ((string name, List<string> values) in first._values)
        {
            if (!Flag.All[name].PerApp && !_values.ContainsKey(name))
                _values[name] = values;
        }
    }

    public IReadOnlyList<string> Many(string name) => _values.TryGetValue(name, out List<string>? list) ? list : [];

    public string? Text(string name) => Many(name) is { Count: > 0 } list ? list[^1] : null;

    public void Wrong(string name, string what) => problems.Add($"{label}--{name}", what);

    public int Whole(string name, int fallback, int min, int max)
    {
        if (Text(name) is not { } text)
            return fallback;
        bool ok = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
        if (ok && value >= min && value <= max)
            return value;
        Wrong(name, $"'{text}' is not a whole number from {min} to {max}");
        return fallback;
    }

    public bool Switch(string name, bool fallback)
    {
        if (Text(name) is not { } text)
            return fallback;
        if (GoText.TryBool(text, out bool value))
            return value;
        Wrong(name, $"'{text}' is neither true nor false");
        return fallback;
    }

    /// <summary>Accepts one value only: anything else would be a promise that is not kept.</summary>
    public void Only(string name, string accepted)
    {
        if (Text(name) is { } text && !string.Equals(text, accepted, StringComparison.Ordinal))
            Wrong(name, $"'{text}' is not supported by the local sidecar, only '{accepted}'");
    }

    public IReadOnlyList<IPAddress> Addresses(string name)
    {
        var found = new List<IPAddress>();
        string text = Text(name) ?? "127.0.0.1";
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (string.Equals(part, "localhost", StringComparison.OrdinalIgnoreCase))
                found.Add(IPAddress.Loopback);
            else if (IPAddress.TryParse(part.Trim('[', ']'), out IPAddress? address))
                found.Add(address);
            else
                Wrong(name, $"'{part}' is not an IP address");
        }
        return found;
    }

    public long BodySize()
    {
        const long Mebibyte = 1024 * 1024;
        if (Text("max-body-size") is { } text)
        {
            if (GoText.TryQuantity(text, out long bytes) && bytes > 0)
                return bytes;
            Wrong("max-body-size", $"'{text}' is not a size such as 4Mi");
        }
        return Whole("dapr-http-max-request-size", 4, 1, 1024) * Mebibyte;
    }
}
