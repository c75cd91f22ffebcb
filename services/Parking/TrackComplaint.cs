using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Says what became of a complaint to who holds its code; any other code gets one answer, after the same
/// work.</summary>
public static class TrackComplaint
{
    public static async Task<TrackedComplaint> Handle(TrackComplaintRequest request, Call call, ParkingKeys keys)
    {
        var place = await TrackingLookUp.Find(call, keys, request.TrackingCode, request.Sender);
        var tracked = await call.Read(place.ClientId, tx => TrackedReply.Find(tx, place.Id));
        return tracked ?? throw TrackingLookUp.NotFound();
    }
}
