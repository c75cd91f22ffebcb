using System.Text.RegularExpressions;

namespace Mobility.Parking;

/// <summary>What the entries of every catalogue have: a code, once, and a name in both languages.</summary>
internal static partial class CatalogueCodes
{
    private const int VersionLength = 32;
    private static readonly string[] Languages = ["ko", "en"];

    /// <summary>The entries by code; InvalidDataException names the first thing that is wrong with them.</summary>
    public static Dictionary<string, T> ByCode<T>(
        string version,
        IReadOnlyList<T> entries,
        Func<T, (string Code, IReadOnlyDictionary<string, string> Names)> of
    )
    {
        CatalogueFile.Demand(version.Length is > 0 and <= VersionLength, "The version must have 1 to 32 characters.");
        CatalogueFile.Demand(entries.Count > 0, "There must be an entry.");
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var (code, names) = of(entry);
            CatalogueFile.Demand(Code().IsMatch(code), $"'{code}' is not a code of small letters, digits and hyphens.");
            CatalogueFile.Demand(found.TryAdd(code, entry), $"'{code}' is there twice.");
            foreach (var language in Languages)
            {
                var named = names.TryGetValue(language, out var name) && !string.IsNullOrWhiteSpace(name);
                CatalogueFile.Demand(named, $"'{code}' has no name in '{language}'.");
            }
        }

        return found;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{1,62}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
