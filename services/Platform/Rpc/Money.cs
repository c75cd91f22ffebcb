namespace Mobility.Platform.Rpc;

/// <summary>An amount in whole minor units of a currency; for KRW a minor unit is one won.</summary>
/// <param name="Minor">Minor units.</param>
/// <param name="Currency">ISO 4217 code.</param>
public readonly record struct Money(long Minor, string Currency)
{
    private const int Nano = 1_000_000_000;

    /// <summary>Decimal digits of a minor unit by currency, after ISO 4217; the currencies that clients may
    /// have.</summary>
    public static readonly IReadOnlyDictionary<string, int> Digits = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["KRW"] = 0,
        ["JPY"] = 0,
        ["EUR"] = 2,
        ["USD"] = 2,
    };

    /// <summary>The wire form.</summary>
    public Type.V1.Money ToWire()
    {
        var scale = Scale(Currency);
        return new Type.V1.Money
        {
            CurrencyCode = Currency,
            Units = Minor / scale,
            Nanos = (int)(Minor % scale * (Nano / scale)),
        };
    }

    /// <summary>Reads the wire form; false if the currency is unknown or a part of a minor unit is left.</summary>
    public static bool TryRead(Type.V1.Money wire, out Money money)
    {
        money = default;
        if (!Digits.ContainsKey(wire.CurrencyCode))
        {
            return false;
        }
        var scale = Scale(wire.CurrencyCode);
        var oneSign = wire.Units == 0 || wire.Nanos == 0 || long.Sign(wire.Units) == int.Sign(wire.Nanos);
        // Amounts beyond this bound are nobody's refund, and their minor units might not fit a long.
        var bounded = Math.Abs((decimal)wire.Units) <= long.MaxValue / 1000;
        if (!oneSign || !bounded || Math.Abs((long)wire.Nanos) >= Nano || wire.Nanos % (Nano / scale) != 0)
        {
            return false;
        }
        money = new Money(wire.Units * scale + wire.Nanos / (Nano / scale), wire.CurrencyCode);
        return true;
    }

    private static int Scale(string currency) => Digits[currency] == 0 ? 1 : 100;
}
