using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Mobility.Parking.Episodes;
using Mobility.Parking.Photos;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Adds a photo, by the reporter with the code, or by staff and crew. What EXIF says is taken out before it is
/// kept; its position stays apart as a claim.</summary>
public static class AddComplaintPhoto
{
    /// <summary>Of the reporter, and as many of staff, so that the proof of the answer always finds room.</summary>
    public const int PhotosMax = 5;

    public static async Task<Photo> Handle(AddComplaintPhotoRequest request, Call call, ParkingKeys keys)
    {
        var check = new Check(call);
        check.RequestId(request.RequestId);
        check.That(request.Content.Length > 0, "content", "must not be empty");
        var place = await PhotoAccess.PlaceOf(request.Name, request.TrackingCode, check, call, keys);
        var image = ImageFile.Read(request.Content.Span);
        var hidden = new AddComplaintPhotoRequest
        {
            Name = place.ToString(),
            Content = ByteString.CopyFrom(SHA256.HashData(request.Content.Span)),
            RequestId = request.RequestId,
        };
        return await call.Once(
            place.ClientId,
            request.RequestId,
            hidden,
            async tx =>
            {
                var now = await EpisodeFlow.Lock(tx);
                var complaint = await ComplaintTable.Get(tx, place);
                return PhotoReply.Of(await Kept(tx, complaint, image, call, now), call.Caller);
            }
        );
    }

    private static async Task<StoredPhoto> Kept(Tx tx, Complaint complaint, ImageFile image, Call call, Moment now)
    {
        var photo = new StoredPhoto
        {
            ClientId = tx.ClientId,
            Id = call.NewId(),
            ComplaintId = complaint.Id,
            MediaType = image.MediaType,
            WidthPixels = image.WidthPixels,
            HeightPixels = image.HeightPixels,
            Content = image.Content,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(image.Content)),
            ClaimedLatitude = image.ClaimedPoint?.Latitude,
            ClaimedLongitude = image.ClaimedPoint?.Longitude,
            AddedBy = call.Caller.IsAnonymous ? "" : call.Caller.Subject,
            CreateTime = tx.Now,
        };
        var ofReporter =
            call.Caller.IsAnonymous || string.Equals(photo.AddedBy, complaint.FiledBy, StringComparison.Ordinal);
        if (await PhotoTable.Count(tx, complaint, ofReporter) >= PhotosMax)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.PhotoLimitReached,
                $"The complaint has {PhotosMax} photos already.",
                ("limit", PhotosMax.ToString())
            );
        }

        await PhotoTable.Insert(tx, photo);
        await ComplaintTable.Save(tx, complaint.WithPhoto(now));
        return photo;
    }
}
