using Google.Protobuf;
using Grpc.Core;
using Mobility.Parking.Photos;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Returns a photo to staff, or to the reporter: its own photos and the proof of its answer.</summary>
public static class GetComplaintPhoto
{
    public static async Task<Photo> Handle(GetComplaintPhotoRequest request, Call call, ParkingKeys keys)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Photos);
        check.Done();
        var place = call.Caller.IsAnonymous ? await TrackingLookUp.Find(call, keys, request.TrackingCode) : null;
        return await call.Read(
            name.ClientId,
            async tx =>
            {
                var photo = await PhotoTable.Find(tx, name.Id);
                if (photo is null || (place is not null && !await IsShown(tx, photo, place)))
                {
                    // The same for a photo of somebody else, for none at all and for a wrong code.
                    throw new Refusal(StatusCode.NotFound, Errors.PhotoNotFound, "There is no such photo.");
                }

                var reply = PhotoReply.Of(photo, call.Caller);
                reply.Content = ByteString.CopyFrom(photo.Content);
                return reply;
            }
        );
    }

    private static async Task<bool> IsShown(Tx tx, StoredPhoto photo, TrackedPlace place)
    {
        var sameClient = string.Equals(place.ClientId, photo.ClientId, StringComparison.Ordinal);
        if (!sameClient || await ComplaintTable.Find(tx, place.Id) is not { } complaint)
        {
            return false;
        }

        return TrackedReply.PhotosOf(complaint, await ComplaintExtras.Of(tx, complaint)).Contains(photo.Id);
    }
}
