using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Takes where vehicles stand from a feed; the newest report of a vehicle wins.</summary>
public static class ImportPositions
{
    /// <summary>A bigger feed comes in parts.</summary>
    private const int ContentBytesMax = 4 * 1024 * 1024;

    public static Task<PositionImport> Handle(ImportPositionsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        var length = request.Content.Length;
        check.That(length is > 0 and <= ContentBytesMax, "content", $"must be 1 to {ContentBytesMax} bytes");
        check.Done();
        var file = Read(request, client, call.Now);
        return call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                var positions = file.Positions;
                var codes = positions.Select(p => p.Code).ToArray();
                var known = await VehiclePositions.KnownCount(tx, codes);
                var stale = await VehiclePositions.StaleCount(tx, positions);
                await VehiclePositions.Put(tx, positions);
                await VehiclePositions.DropForgotten(tx);
                return new PositionImport
                {
                    VehicleCount = file.VehicleCount,
                    KnownCount = known,
                    StaleCount = stale,
                    Problems = { file.Problems },
                };
            }
        );
    }

    private static PositionFile Read(ImportPositionsRequest request, ClientProfile client, DateTimeOffset now)
    {
        try
        {
            return PositionFile.Read(request.Content.Memory, client, now);
        }
        catch (InvalidDataException e)
        {
            throw new Refusal(StatusCode.InvalidArgument, Errors.PositionFileUnreadable, e.Message);
        }
    }
}
