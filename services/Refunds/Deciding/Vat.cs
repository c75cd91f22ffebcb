namespace Mobility.Refunds;

/// <summary>
/// The value added tax in a price that includes it, in whole won. A part of a payment carries what the tax of all that
/// is paid back grows by, so the parts sum to the tax of the whole however it was split.
/// </summary>
public static class Vat
{
    /// <summary>The one currency whose tax this is.</summary>
    public const string Currency = "KRW";

    /// <summary>A tenth of the price without it is an eleventh of the price with it.</summary>
    private const long Divisor = 11;

    /// <summary>An eleventh, to the nearest won; eleven is odd, so nothing lies in the middle.</summary>
    public static long Of(long paid) => (paid + (Divisor / 2)) / Divisor;

    /// <summary>
    /// The tax in an amount that is paid back of what was captured, after what was paid back before. Nothing beyond
    /// what was captured was ever taxed.
    /// </summary>
    public static long Part(long captured, long before, long amount) =>
        Of(Math.Min(captured, before + amount)) - Of(Math.Min(captured, before));
}
