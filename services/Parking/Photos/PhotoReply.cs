using Google.Protobuf.WellKnownTypes;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Type.V1;

namespace Mobility.Parking.Photos;

/// <summary>A photo as callers get it.</summary>
internal static class PhotoReply
{
    /// <summary>The photo without its bytes; what EXIF claimed is for staff only.</summary>
    public static Photo Of(StoredPhoto photo, Caller caller) =>
        new()
        {
            Name = Names.Of(photo.ClientId, Names.Photos, photo.Id),
            MediaType = photo.MediaType,
            WidthPixels = photo.WidthPixels,
            HeightPixels = photo.HeightPixels,
            Sha256 = photo.Sha256,
            ClaimedPoint =
                !caller.IsAnonymous && photo is { ClaimedLatitude: { } latitude, ClaimedLongitude: { } longitude }
                    ? new LatLng { Latitude = latitude, Longitude = longitude }
                    : null,
            CreateTime = photo.CreateTime.ToTimestamp(),
        };
}
