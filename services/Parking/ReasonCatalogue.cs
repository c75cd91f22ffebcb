using System.Text.Json.Serialization;

namespace Mobility.Parking;

/// <summary>Why a complaint was answered so, as its reporter is told.</summary>
public sealed record Reason(string Code, IReadOnlyDictionary<string, string> Names);

/// <summary>The reasons of answers, read from the embedded file.</summary>
public sealed class ReasonCatalogue
{
    private ReasonCatalogue(
        string version,
        string sha256,
        Dictionary<string, Reason> reject,
        Dictionary<string, Reason> resolve
    )
    {
        Version = version;
        Sha256 = sha256;
        Reject = reject;
        Resolve = resolve;
    }

    /// <summary>The catalogue that this build carries.</summary>
    public static ReasonCatalogue Current { get; } = Parse(CatalogueFile.Bytes("reasons.json"));

    public string Version { get; }

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Why a complaint is found wrong, by code.</summary>
    public IReadOnlyDictionary<string, Reason> Reject { get; }

    /// <summary>How a complaint was resolved, by code.</summary>
    public IReadOnlyDictionary<string, Reason> Resolve { get; }

    /// <summary>Reads a catalogue; InvalidDataException names the first thing that is wrong with it.</summary>
    public static ReasonCatalogue Parse(byte[] file)
    {
        var content = CatalogueFile.Read<Content>(file);
        var reject = CatalogueCodes.ByCode(content.Version, content.Reject, reason => (reason.Code, reason.Names));
        var resolve = CatalogueCodes.ByCode(content.Version, content.Resolve, reason => (reason.Code, reason.Names));
        return new(content.Version, CatalogueFile.Sha256(file), reject, resolve);
    }

    private sealed record Content(
        [property: JsonRequired] string Version,
        [property: JsonRequired] IReadOnlyList<Reason> Reject,
        [property: JsonRequired] IReadOnlyList<Reason> Resolve
    );
}
