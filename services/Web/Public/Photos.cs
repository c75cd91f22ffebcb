using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Mobility.Parking.V1;

namespace Mobility.Web.Public;

/// <summary>Photos of a form, handed on one by one; a photo that is refused costs nothing but itself.</summary>
public static class Photos
{
    /// <summary>As Parking takes them.</summary>
    public const int BytesMax = 3 * 1024 * 1024;

    private const string TooLarge = "PHOTO_TOO_LARGE";
    private const string TooMany = "PHOTO_LIMIT_REACHED";

    /// <summary>Adds every photo of the form; the reasons why some were refused, each once.</summary>
    public static async Task<IReadOnlyList<string>> Add(
        HttpContext http,
        Backends backends,
        IFormFileCollection files,
        string trackingCode,
        string requestId
    )
    {
        var problems = new List<string>();
        var chosen = files.GetFiles("photos").Where(f => f.Length > 0).ToList();
        if (chosen.Count > ReportForm.PhotosMax)
        {
            problems.Add(TooMany);
        }
        foreach (var file in chosen.Take(ReportForm.PhotosMax))
        {
            if (file.Length > BytesMax)
            {
                problems.Add(TooLarge);
                continue;
            }
            await using var stream = file.OpenReadStream();
            var content = await ByteString.FromStreamAsync(stream, http.RequestAborted);
            var request = new AddComplaintPhotoRequest
            {
                TrackingCode = trackingCode,
                Content = content,
                // By its bytes: who goes back and chooses others adds those, and none is there twice.
                RequestId = RequestIds.Derived(requestId, Convert.ToHexStringLower(SHA256.HashData(content.Span))),
            };
            try
            {
                await backends.Parking.AddComplaintPhotoAsync(request, Backends.For(http, token: null));
            }
            catch (RpcException e)
            {
                var problem = Problem.Of(e);
                problems.Add(problem.Reason.Length > 0 ? problem.Reason : $"code.{problem.Code}");
            }
        }
        return [.. problems.Distinct(StringComparer.Ordinal)];
    }
}
