using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Parking.ParkingHouseActs;

namespace Mobility.Tests.Parking;

public sealed class GiveComplaintFeedbackTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task Once_for_each_answer()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Reject(filed.Name);

        var tracked = await house.Rpc.GiveComplaintFeedbackAsync(Saying(filed.TrackingCode));

        Assert.Equal((FeedbackVerdict.Helped, "고마워요"), (tracked.Feedback.Verdict, tracked.Feedback.Text));
        Assert.Equal("고마워요", (await house.Get(filed.Name)).Feedback.Text);
        await house.Refused(
            StatusCode.FailedPrecondition,
            "FEEDBACK_GIVEN",
            async () => await house.Rpc.GiveComplaintFeedbackAsync(Saying(filed.TrackingCode))
        );

        await house.Reopen(filed.TrackingCode);
        await house.Reject(filed.Name);
        Assert.Null((await house.Track(filed.TrackingCode)).Feedback);
        await house.Rpc.GiveComplaintFeedbackAsync(Saying(filed.TrackingCode, ""));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Reject(filed.Name);
        var request = Saying(filed.TrackingCode);

        var tracked = await ParkingHouse.TenAtOnce(async () => await house.Rpc.GiveComplaintFeedbackAsync(request));

        Assert.Equal("고마워요", tracked.Feedback.Text);
    }

    [Fact]
    public async Task Before_an_answer_there_is_nothing_to_say()
    {
        await using var house = await ParkingHouse.Open(one);
        var code = (await house.File()).TrackingCode;
        await house.Refused(
            StatusCode.FailedPrecondition,
            "COMPLAINT_NOT_ANSWERED",
            async () => await house.Rpc.GiveComplaintFeedbackAsync(Saying(code))
        );
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_a_wrong_code_is_nobodys()
    {
        await using var house = await ParkingHouse.Open(one);
        await house.WrongCode(async () => await house.Rpc.GiveComplaintFeedbackAsync(Saying("0000-0000-0000")));
        var request = Saying("0000-0000-0000", new string('글', 4_001));
        request.Feedback.Verdict = FeedbackVerdict.Unspecified;
        request.RequestId = "";
        await house.Invalid(
            async () => await house.Rpc.GiveComplaintFeedbackAsync(request),
            "request_id",
            "feedback.verdict",
            "feedback.text"
        );
        request = Saying("0000-0000-0000");
        request.Feedback = null;
        await house.Invalid(
            async () => await house.Rpc.GiveComplaintFeedbackAsync(request),
            "feedback",
            "feedback.verdict"
        );
    }
}
