using Mobility.Parking.V1;

namespace Mobility.Web.Api;

/// <summary>What who holds a tracking code may do to the complaint.</summary>
internal static class HolderActs
{
    public static async Task<IResult> AddPhoto(HttpContext http, Backends backends)
    {
        var request = await Twin.Read<AddComplaintPhotoRequest>(http);
        request.RequestId = Twin.KeyOf(http);
        return await Twin.Answer(backends.Parking.AddComplaintPhotoAsync(request, Twin.OptionsOf(http)));
    }

    public static async Task<IResult> Withdraw(HttpContext http, Backends backends)
    {
        var request = await Twin.Read<WithdrawComplaintRequest>(http);
        request.RequestId = Twin.KeyOf(http);
        return await Twin.Answer(backends.Parking.WithdrawComplaintAsync(request, Twin.OptionsOf(http)));
    }

    public static async Task<IResult> GiveFeedback(HttpContext http, Backends backends)
    {
        var request = await Twin.Read<GiveComplaintFeedbackRequest>(http);
        request.RequestId = Twin.KeyOf(http);
        return await Twin.Answer(backends.Parking.GiveComplaintFeedbackAsync(request, Twin.OptionsOf(http)));
    }

    public static async Task<IResult> Reopen(HttpContext http, Backends backends)
    {
        var request = await Twin.Read<ReopenComplaintRequest>(http);
        request.RequestId = Twin.KeyOf(http);
        return await Twin.Answer(backends.Parking.ReopenComplaintAsync(request, Twin.OptionsOf(http)));
    }
}
