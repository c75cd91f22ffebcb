using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Mobility.Faults;

/// <summary>A kind of fault that can be reported.</summary>
public sealed record Category(string Code, bool SafetyCritical, IReadOnlyDictionary<string, string> Names);

/// <summary>The kinds of fault, read from the embedded file; version and hash are stored with every fault that used
/// it.</summary>
public sealed partial class CategoryCatalogue
{
    private const string Resource = "Mobility.Faults.Catalogue.categories.json";
    private static readonly string[] Languages = ["ko", "en"];
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly Dictionary<string, Category> byCode;

    private CategoryCatalogue(string version, string sha256, Dictionary<string, Category> byCode)
    {
        Version = version;
        Sha256 = sha256;
        this.byCode = byCode;
    }

    /// <summary>The catalogue that this build carries.</summary>
    public static CategoryCatalogue Current { get; } = Parse(Embedded());

    public string Version { get; }

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    public IReadOnlyCollection<Category> All => byCode.Values;

    public Category? Find(string code) => byCode.GetValueOrDefault(code);

    /// <summary>Reads a catalogue; InvalidDataException names the first thing that is wrong with it.</summary>
    public static CategoryCatalogue Parse(byte[] file)
    {
        var content = Read(file);
        Demand(content.Version.Length is > 0 and <= 32, "The version must have 1 to 32 characters.");
        Demand(content.Categories.Count > 0, "There must be a category.");
        var found = new Dictionary<string, Category>(StringComparer.Ordinal);
        foreach (var category in content.Categories)
        {
            Demand(CodePattern().IsMatch(category.Code), $"'{category.Code}' is not an UPPER_SNAKE code.");
            Demand(found.TryAdd(category.Code, category), $"'{category.Code}' is there twice.");
            foreach (var language in Languages)
            {
                var named = category.Names.TryGetValue(language, out var name) && !string.IsNullOrWhiteSpace(name);
                Demand(named, $"'{category.Code}' has no name in '{language}'.");
            }
        }

        return new(content.Version, Convert.ToHexStringLower(SHA256.HashData(file)), found);
    }

    private static CatalogueFile Read(byte[] file)
    {
        try
        {
            return JsonSerializer.Deserialize<CatalogueFile>(file, Strict)
                ?? throw new InvalidDataException("The file is empty.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException("The file is not a category catalogue: " + wrong.Message, wrong);
        }
    }

    private static byte[] Embedded()
    {
        using var stream =
            typeof(CategoryCatalogue).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException("The build carries no category catalogue.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    [GeneratedRegex("^[A-Z][A-Z0-9_]{1,62}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex CodePattern();

    private sealed record CatalogueFile(
        [property: JsonRequired] string Version,
        [property: JsonRequired] IReadOnlyList<Category> Categories
    );
}
