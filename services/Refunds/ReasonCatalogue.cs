using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>The versioned reasons for which money is given back,
/// what each is in law and what has to be known for it.</summary>
public sealed class ReasonCatalogue
{
    private const string Resource = "Mobility.Refunds.Catalogue.reasons.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false) },
    };

    private static readonly Lazy<ReasonCatalogue> Embedded = new(ReadEmbedded);

    private readonly string number;
    private readonly FrozenDictionary<string, Reason> byCode;
    private readonly FrozenDictionary<string, Reason> byFaultCategory;

    private ReasonCatalogue(string number, string hash, IReadOnlyList<Reason> reasons)
    {
        this.number = number;
        Version = $"{number}:{hash}";
        byCode = reasons.ToFrozenDictionary(reason => reason.Code, StringComparer.Ordinal);
        byFaultCategory = reasons
            .SelectMany(reason => reason.AutomaticForFaultCategories.Select(category => (category, reason)))
            .ToFrozenDictionary(pair => pair.category, pair => pair.reason, StringComparer.Ordinal);
    }

    /// <summary>The catalogue that this build carries.</summary>
    public static ReasonCatalogue Current => Embedded.Value;

    /// <summary>"{version}:{sha256 of the file}", stored with each decision that used it.</summary>
    public string Version { get; }

    public IEnumerable<Reason> Reasons => byCode.Values;

    /// <summary>The fault categories that are refunded without anybody asking.</summary>
    public IEnumerable<string> AutomaticCategories => byFaultCategory.Keys;

    /// <summary>Throws JsonException when the file does not have the shape,
    /// names a code twice or a category twice.</summary>
    public static ReasonCatalogue Read(ReadOnlySpan<byte> utf8)
    {
        var file =
            JsonSerializer.Deserialize<CatalogueFile>(utf8, Json) ?? throw new JsonException("the catalogue is null");
        var twice = file
            .Reasons.Select(reason => "code " + reason.Code)
            .Concat(
                file.Reasons.SelectMany(reason => reason.AutomaticForFaultCategories).Select(name => "category " + name)
            )
            .GroupBy(name => name, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new JsonException($"the {twice.Key} appears twice in the reason catalogue");
        }
        return new ReasonCatalogue(file.Version, Convert.ToHexStringLower(SHA256.HashData(utf8)), file.Reasons);
    }

    /// <summary>The reason of that code; null when there is none.</summary>
    public Reason? Find(string code) => byCode.GetValueOrDefault(code);

    /// <summary>The reason for which a fault of that category is refunded without anybody asking;
    /// null for most.</summary>
    public Reason? AutomaticFor(string faultCategory) => byFaultCategory.GetValueOrDefault(faultCategory);

    /// <summary>Can a policy that pins that version be decided with this one? A version's content never
    /// changes.</summary>
    public bool Serves(string pinned) => string.Equals(pinned.Split(':')[0], number, StringComparison.Ordinal);

    private static ReasonCatalogue ReadEmbedded()
    {
        using var stream =
            typeof(ReasonCatalogue).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the resource {Resource} is missing");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Read(bytes.ToArray());
    }

    private sealed record CatalogueFile(
        [property: JsonRequired] string Version,
        [property: JsonRequired] ImmutableArray<Reason> Reasons
    );
}

/// <summary>A reason. Evidence is asked for whatever a clause says.</summary>
public sealed record Reason
{
    public required string Code { get; init; }

    /// <summary>What people read, by language: "en" and "ko".</summary>
    public required IReadOnlyDictionary<string, string> Name { get; init; }
    public required LegalCharacter LegalCharacter { get; init; }

    /// <summary>Does the law set a time for it?</summary>
    [JsonIgnore]
    public bool IsClaim => LegalCharacter is not (LegalCharacter.Goodwill or LegalCharacter.NoClaim);
    public required ImmutableArray<Evidence> Evidence { get; init; }
    public ImmutableArray<string> AutomaticForFaultCategories { get; init; } = [];
}

/// <summary>What a reason is in law: the three-business-day clock runs for all but goodwill and what is about no
/// money.</summary>
public enum LegalCharacter
{
    StatutoryWithdrawal = 1,
    NonPerformance = 2,
    BillingError = 3,
    Goodwill = 4,
    NoClaim = 5,
}
