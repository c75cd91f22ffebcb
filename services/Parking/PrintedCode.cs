using System.Text;

namespace Mobility.Parking;

/// <summary>The code on a vehicle's sticker.</summary>
internal static class PrintedCode
{
    /// <summary>The form in which codes are kept and compared, the same as Faults has: NFKC, no outer spaces,
    /// capitals.</summary>
    public static string Canonical(string asRead) =>
        // U+FFFE is the one character that gRPC lets through and Normalize throws at.
        asRead.Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormKC).Trim().ToUpperInvariant();
}
