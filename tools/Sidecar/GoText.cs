using System.Globalization;

namespace Mobility.Sidecar;

/// <summary>Reads booleans, durations and quantities the way daprd, a Go program, reads them.</summary>
public static class GoText
{
    private static readonly (string Unit, double Milliseconds)[] Units =
    [
        ("ms", 1),
        ("us", 0.001),
        ("µs", 0.001),
        ("ns", 0.000001),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
    ];

    private static readonly (string Suffix, long Factor)[] Suffixes =
    [
        ("Ki", 1L << 10),
        ("Mi", 1L << 20),
        ("Gi", 1L << 30),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("", 1),
    ];

    /// <summary>1, t, true and 0, f, false in the spellings of strconv.ParseBool.</summary>
    public static bool TryBool(string text, out bool value)
    {
        value = text is "1" or "t" or "T" or "true" or "TRUE" or "True";
        return value || text is "0" or "f" or "F" or "false" or "FALSE" or "False";
    }

    /// <summary>A duration such as 500ms, 1m30s or 1.5h; a number without unit is refused.</summary>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text == "0")
            return true;
        string rest = text;
        double total = 0;
        while (rest.Length > 0)
        {
            int digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            bool number = double.TryParse(
                rest.AsSpan(0, digits),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out double amount
            );
            rest = rest[digits..];
            (string unit, double factor) = Units.FirstOrDefault(u => rest.StartsWith(u.Unit, StringComparison.Ordinal));
            if (!number || unit is null)
                return false;
            total += amount * factor;
            rest = rest[unit.Length..];
        }
        value = TimeSpan.FromMilliseconds(total);
        return text.Length > 0;
    }

    /// <summary>A size such as 4Mi, 1000k or 4194304, in bytes.</summary>
    public static bool TryQuantity(string text, out long bytes)
    {
        (string suffix, long factor) = Suffixes.First(s => text.EndsWith(s.Suffix, StringComparison.Ordinal));
        string digits = text[..^suffix.Length];
        bool ok = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        ok &= number <= long.MaxValue / factor;
        bytes = ok ? number * factor : 0;
        return ok;
    }
}
