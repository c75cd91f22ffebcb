using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>Names of vendors: vendors/{slug}.</summary>
public static class Vendors
{
    private const string Prefix = "vendors/";

    public static bool IsName(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && ResourceName.IsSlug(text[Prefix.Length..]);
}
