using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Parking.ParkingHouseActs;

namespace Mobility.Tests.Parking;

public sealed class ReopenComplaintTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task Within_a_day_the_same_complaint_is_open_again_in_the_same_episode()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var filed = await house.File("GN-0001");
        await house.Uphold(filed.Name);
        var before = await house.Resolve(filed.Name);

        var tracked = await house.Reopen(filed.TrackingCode);

        Assert.Equal((ComplaintState.Filed, ""), (tracked.State, tracked.DecisionReason));
        Assert.Empty(tracked.Photos);
        var after = await house.Get(filed.Name);
        Assert.Equal((before.Episode, "아직 그대로예요"), (after.Episode, after.ReopenNote));
        Assert.Contains(ComplaintFlag.Reopened, after.Flags);
        var evt = Assert.Single(await house.EventsOf<ComplaintReopened>()).Complaint;
        Assert.Equal((ComplaintState.Filed, 1), (evt.State, evt.AnswerCount));
        await house.Reject(filed.Name);
        Assert.Equal(2, (await house.EventsOf<ComplaintRejected>())[0].Complaint.AnswerCount);
    }

    [Fact]
    public async Task The_day_is_half_open()
    {
        await using var house = await ParkingHouse.Open();
        var early = await house.File();
        var late = await house.File();
        await house.Reject(early.Name);
        await house.Reject(late.Name);
        house.Service.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await house.Reopen(early.TrackingCode);
        Assert.NotNull((await house.Track(late.TrackingCode)).ReopenUntilTime);
        house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null((await house.Track(late.TrackingCode)).ReopenUntilTime);
        await house.Refused(StatusCode.FailedPrecondition, "REOPENING_TOO_LATE", () => house.Reopen(late.TrackingCode));
    }

    [Fact]
    public async Task An_agent_reopens_by_name_and_shows_no_code()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Reject(filed.Name);
        var request = Reopening(filed.TrackingCode);
        request.Name = filed.Name;
        await house.Invalid(async () => await house.Rpc.ReopenComplaintAsync(request, house.AsAgent), "tracking_code");
        await house.Invalid(async () => await house.Rpc.ReopenComplaintAsync(request), "name");
        request.TrackingCode = "";
        var tracked = await ParkingHouse.TenAtOnce(async () =>
            await house.Rpc.ReopenComplaintAsync(request, house.AsAgent)
        );
        Assert.Equal(ComplaintState.Filed, tracked.State);
        Assert.Single(await house.EventsOf<ComplaintReopened>());
    }

    [Fact]
    public async Task What_was_not_answered_is_not_reopened_and_words_are_needed()
    {
        await using var house = await ParkingHouse.Open(one);
        var code = (await house.File()).TrackingCode;
        await house.Refused(StatusCode.FailedPrecondition, "COMPLAINT_NOT_ANSWERED", () => house.Reopen(code));
        await house.WrongCode(() => house.Reopen("1111-1111-1111"));
        var request = Reopening(code);
        request.Note = "";
        await house.Invalid(async () => await house.Rpc.ReopenComplaintAsync(request), "note");
    }

    [Fact]
    public async Task Riders_and_crew_do_not_reopen()
    {
        await using var house = await ParkingHouse.Open(one);
        var request = Reopening("");
        request.Name = (await house.File()).Name;
        foreach (var role in new[] { Role.Technician, Role.ClientOfficer, Role.Auditor, Role.Operator })
        {
            await house.Refused(
                StatusCode.PermissionDenied,
                "PERMISSION_DENIED",
                async () => await house.Rpc.ReopenComplaintAsync(request, house.As(role, house.NewPerson()))
            );
        }
    }
}
