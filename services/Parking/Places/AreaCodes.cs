using System.Globalization;

namespace Mobility.Parking;

/// <summary>A renaming: from a day on, codes that began with one prefix begin with another.</summary>
public sealed record AreaRename(string From, string OldPrefix, string NewPrefix, string OldName, string NewName)
{
    /// <summary>Names change at midnight in Korea, which has had no summer time since 1988.</summary>
    public DateTimeOffset FromTime =>
        new(DateTime.ParseExact(From, "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeSpan.FromHours(9));
}

/// <summary>What an area's code was at a time, whichever year the boundary file is of.</summary>
public sealed class AreaCodes
{
    private readonly IReadOnlyList<AreaRename> renames;

    private AreaCodes(IReadOnlyList<AreaRename> renames) => this.renames = renames;

    /// <summary>The renamings that this build carries.</summary>
    public static AreaCodes Current { get; } = Parse(CatalogueFile.Bytes("area-codes.json"));

    /// <summary>The code at the time of the area that has this code in some year.</summary>
    public string At(string code, DateTimeOffset time)
    {
        foreach (var rename in renames)
        {
            var isAfter = time >= rename.FromTime;
            var wrong = isAfter ? rename.OldPrefix : rename.NewPrefix;
            if (code.StartsWith(wrong, StringComparison.Ordinal))
            {
                return (isAfter ? rename.NewPrefix : rename.OldPrefix) + code[wrong.Length..];
            }
        }
        return code;
    }

    /// <summary>Reads renamings; InvalidDataException says what is wrong with them.</summary>
    public static AreaCodes Parse(byte[] file)
    {
        var content = CatalogueFile.Read<AreaCodeFile>(file);
        foreach (var rename in content.Renames)
        {
            CatalogueFile.Demand(
                DateOnly.TryParseExact(rename.From, "yyyy-MM-dd", out _),
                $"'{rename.From}' is no date."
            );
            CatalogueFile.Demand(
                rename is { OldPrefix.Length: > 0, NewPrefix.Length: > 0 },
                $"The renaming of {rename.From} has no prefixes."
            );
        }
        return new(content.Renames);
    }

    private sealed record AreaCodeFile(string Version, IReadOnlyList<AreaRename> Renames);
}
