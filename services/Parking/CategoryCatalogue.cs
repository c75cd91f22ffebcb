using System.Text.Json.Serialization;

namespace Mobility.Parking;

/// <summary>A kind of place where vehicles are in the way.</summary>
/// <param name="Code">As complaints name it.</param>
/// <param name="SharePercent">Share of Seoul's removal reports of 2025: the order in which people are asked.</param>
/// <param name="Names">By language.</param>
public sealed record Category(string Code, double SharePercent, IReadOnlyDictionary<string, string> Names);

/// <summary>The kinds of place, read from the embedded file; version and hash are stored with every
/// complaint.</summary>
public sealed class CategoryCatalogue
{
    private readonly Dictionary<string, Category> byCode;

    private CategoryCatalogue(string version, string sha256, Dictionary<string, Category> byCode)
    {
        Version = version;
        Sha256 = sha256;
        this.byCode = byCode;
    }

    /// <summary>The catalogue that this build carries.</summary>
    public static CategoryCatalogue Current { get; } = Parse(CatalogueFile.Bytes("categories.json"));

    public string Version { get; }

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    public IReadOnlyCollection<Category> All => byCode.Values;

    public Category? Find(string code) => byCode.GetValueOrDefault(code);

    /// <summary>Reads a catalogue; InvalidDataException names the first thing that is wrong with it.</summary>
    public static CategoryCatalogue Parse(byte[] file)
    {
        var content = CatalogueFile.Read<Content>(file);
        foreach (var category in content.Categories)
        {
            var share = category.SharePercent is >= 0 and <= 100;
            CatalogueFile.Demand(share, $"'{category.Code}' must have a share of 0 to 100 percent.");
        }

        var byCode = CatalogueCodes.ByCode(
            content.Version,
            content.Categories,
            category => (category.Code, category.Names)
        );
        return new(content.Version, CatalogueFile.Sha256(file), byCode);
    }

    private sealed record Content(
        [property: JsonRequired] string Version,
        [property: JsonRequired] IReadOnlyList<Category> Categories
    );
}
