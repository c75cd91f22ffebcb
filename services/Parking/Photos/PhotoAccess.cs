using Mobility.Platform.Rpc;

namespace Mobility.Parking.Photos;

/// <summary>Of which complaint a caller speaks: staff names it, a reporter shows its code.</summary>
internal static class PhotoAccess
{
    /// <summary>Ends the check and finds the complaint.</summary>
    public static async Task<ResourceName> PlaceOf(string name, string code, Check check, Call call, ParkingKeys keys)
    {
        if (!call.Caller.IsAnonymous)
        {
            var named = check.Name(name, "name", Names.Complaints);
            check.That(code.Length == 0, "tracking_code", "is the reporter's; staff names the complaint");
            check.Done();
            return named;
        }

        check.That(name.Length == 0, "name", "is for staff; a reporter shows the tracking code");
        check.Done();
        var place = await TrackingLookUp.Find(call, keys, code);
        return place.Id == Guid.Empty
            ? throw TrackingLookUp.NotFound()
            : new ResourceName(place.ClientId, Names.Complaints, place.Id);
    }
}
