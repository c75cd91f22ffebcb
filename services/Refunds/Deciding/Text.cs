using System.Globalization;
using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>Figures and names as the English messages of decisions show them.</summary>
public static class Text
{
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>An amount in minor units with its currency: "12,000 KRW".</summary>
    public static string Amount(long minor, string currency) => $"{Number(minor)} {currency}";

    /// <summary>The name of a value as the protos write it, without its prefix:
    /// MobileCarrier is "MOBILE_CARRIER".</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}
