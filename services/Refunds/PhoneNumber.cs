namespace Mobility.Refunds;

/// <summary>Phone numbers in international form.</summary>
public static class PhoneNumber
{
    /// <summary>With room for what people put between the digits.</summary>
    private const int LengthMax = 40;

    /// <summary>E.164 ends there; below the least no country has subscribers.</summary>
    private const int DigitsMax = 15;
    private const int DigitsMin = 8;

    /// <summary>
    /// The digits from the country code on: one string for one number, however it was typed. The 0 that Korean numbers
    /// begin with at home is left out, also where somebody kept it behind the country code. Null for what is no such
    /// number.
    /// </summary>
    public static string? Digits(string text)
    {
        if (text.Length > LengthMax || !text.StartsWith('+') || text.AsSpan(1).ContainsAnyExcept("0123456789 -.()"))
        {
            return null;
        }
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (digits.StartsWith("820", StringComparison.Ordinal))
        {
            digits = digits.Remove(2, 1);
        }
        return digits.Length is >= DigitsMin and <= DigitsMax && digits[0] != '0' ? digits : null;
    }
}
