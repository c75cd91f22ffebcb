using System.Text.Json;
using Mobility.Parking.V1;
using Mobility.Platform;
using NetTopologySuite.Geometries;

namespace Mobility.Parking;

/// <summary>A zone as its file has it.</summary>
public sealed record ReadZone(
    int FeatureIndex,
    string Title,
    IReadOnlyList<ZoneRule> Rules,
    DateTimeOffset? StartTime,
    DateTimeOffset? EndTime,
    MultiPolygon Boundary
);

/// <summary>What could be read of a zone file, and what could not.</summary>
public sealed record ZoneFile(
    int FeatureCount,
    IReadOnlyList<ReadZone> Zones,
    IReadOnlyList<ZoneRule> GlobalRules,
    IReadOnlyList<ImportProblem> Problems
)
{
    /// <summary>Features of a file: the largest feeds known have a tenth of it.</summary>
    public const int FeaturesMax = 5_000;

    /// <summary>Reads a file; a feature that cannot be taken is left out and reported.</summary>
    /// <exception cref="InvalidDataException">It is no such document at all.</exception>
    public static ZoneFile Read(ReadOnlyMemory<byte> content, ZoneFormat format, ClientProfile client)
    {
        try
        {
            using var document = LooseJson.Parse(content);
            var features =
                format == ZoneFormat.Gbfs
                    ? new FeatureReader(client, GbfsDialect.Of(document.RootElement))
                    : new FeatureReader(client, dialect: null);
            return features.ReadAll(Collection(document.RootElement, format), document.RootElement);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The file is no JSON.", e);
        }
    }

    private static JsonElement Collection(JsonElement root, ZoneFormat format)
    {
        var collection = root;
        if (format == ZoneFormat.Gbfs)
        {
            collection = root.Member("data").Member("geofencing_zones");
            if (collection.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException("The file has no data.geofencing_zones.");
            }
        }
        var features = collection.Member("features");
        return features.ValueKind == JsonValueKind.Array && collection.Member("type").Text() is "FeatureCollection"
            ? features
            : throw new InvalidDataException("The file has no FeatureCollection with features.");
    }
}
