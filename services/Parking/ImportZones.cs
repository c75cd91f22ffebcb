using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Replaces all zones of one source by those of a file.</summary>
public static class ImportZones
{
    /// <summary>A part of a file is a file of its own.</summary>
    private const int ContentBytesMax = 4 * 1024 * 1024;

    private const int SourceLength = 64;

    /// <summary>With the features of a file this bounds a client's zones, which are kept in memory.</summary>
    private const int SourcesMax = ZoneIndexes.ZonesMax / ZoneFile.FeaturesMax;

    public static Task<ZoneImport> Handle(ImportZonesRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        check.Known(request.Format, "format");
        check.That(IsSource(request.Source), "source", "must be 1 to 64 lower-case letters, digits and hyphens");
        var length = request.Content.Length;
        check.That(length is > 0 and <= ContentBytesMax, "content", $"must be 1 to {ContentBytesMax} bytes");
        check.Done();
        // Before the transaction: reading a large file takes longer than locks should be held.
        var file = Read(request, client);
        var sha256 = CatalogueFile.Sha256(request.Content.Span);
        return call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                await ZoneTable.Replace(tx, request.Source, sha256, file);
                if (await ZoneTable.SourceCount(tx) > SourcesMax)
                {
                    throw new Refusal(
                        StatusCode.ResourceExhausted,
                        Errors.ZoneSourcesExhausted,
                        $"The client has {SourcesMax} sources of zones already; import an empty file into one first.",
                        ("source_count_max", $"{SourcesMax}")
                    );
                }
                return new ZoneImport
                {
                    Source = request.Source,
                    FeatureCount = file.FeatureCount,
                    ZoneCount = file.Zones.Count,
                    Sha256 = sha256,
                    Problems = { file.Problems },
                };
            }
        );
    }

    private static ZoneFile Read(ImportZonesRequest request, Platform.ClientProfile client)
    {
        try
        {
            return ZoneFile.Read(request.Content.Memory, request.Format, client);
        }
        catch (InvalidDataException e)
        {
            throw new Refusal(StatusCode.InvalidArgument, Errors.ZoneFileUnreadable, e.Message);
        }
    }

    /// <summary>Is it a name of a source?</summary>
    internal static bool IsSource(string source) =>
        source.Length is > 0 and <= SourceLength
        && source.All(c => c is '-' || char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c));
}
