using Google.Protobuf;
using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>What a reporter does to the complaint whose code it holds, once. Neither the code nor the reporter's words
/// are in what is stored for repeats.</summary>
internal static class TrackedOnce
{
    public static async Task<TrackedComplaint> ByCode<T>(
        Call call,
        ParkingKeys keys,
        T request,
        string code,
        string requestId,
        Func<Tx, Complaint, Moment, Task<Complaint>> run
    )
        where T : IMessage<T>
    {
        var place = await TrackingLookUp.Find(call, keys, code);
        if (place.Id == Guid.Empty)
        {
            throw TrackingLookUp.NotFound();
        }

        var hidden = request.Clone();
        var field = hidden.Descriptor.FindFieldByName("tracking_code");
        field.Accessor.SetValue(hidden, Convert.ToHexStringLower(keys.HashOfCode(code)));
        return await Run(call, place, requestId, hidden, run);
    }

    public static async Task<TrackedComplaint> Run(
        Call call,
        TrackedPlace place,
        string requestId,
        IMessage request,
        Func<Tx, Complaint, Moment, Task<Complaint>> run
    )
    {
        var stored = await call.Once(
            place.ClientId,
            requestId,
            request,
            async tx =>
            {
                var now = await EpisodeFlow.Lock(tx);
                var name = new ResourceName(place.ClientId, Names.Complaints, place.Id);
                var after = await run(tx, await ComplaintTable.Get(tx, name), now);
                return TrackedReply.WithoutWords(await TrackedReply.Of(tx, after));
            }
        );
        return await call.Read(place.ClientId, tx => TrackedReply.WithWords(tx, place.Id, stored));
    }
}
