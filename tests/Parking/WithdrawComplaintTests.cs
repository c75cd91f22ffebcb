using Grpc.Core;
using Mobility.Parking.V1;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class WithdrawComplaintTests
{
    [Fact]
    public async Task The_episode_goes_on_for_the_others()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        var second = await house.File("GN-0001");

        var withdrawn = await house.Withdraw(first.TrackingCode);

        Assert.Equal((ComplaintState.Withdrawn, false), (withdrawn.State, withdrawn.Withdrawable));
        Assert.Equal(0, (await house.Track(second.TrackingCode)).OtherComplaintCount);
        await house.Uphold(second.Name);
        Assert.Equal(ComplaintState.Withdrawn, (await house.Track(first.TrackingCode)).State);
        Assert.Equal(first.Name, Assert.Single(await house.EventsOf<ComplaintWithdrawn>()).Complaint.Complaint);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply_and_a_second_try_is_refused()
    {
        await using var house = await ParkingHouse.Open();
        var code = (await house.File()).TrackingCode;
        var request = new WithdrawComplaintRequest { TrackingCode = code, RequestId = ParkingHouse.NewRandomId() };

        await ParkingHouse.TenAtOnce(async () => await house.Rpc.WithdrawComplaintAsync(request));

        Assert.Single(await house.EventsOf<ComplaintWithdrawn>());
        await house.Refused(StatusCode.FailedPrecondition, "COMPLAINT_ALREADY_WITHDRAWN", () => house.Withdraw(code));
    }

    [Fact]
    public async Task Once_the_crew_is_under_way_it_is_too_late()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Uphold(filed.Name);
        await house.Dispatch(filed.Name);
        await house.Refused(
            StatusCode.FailedPrecondition,
            "COMPLAINT_ALREADY_DISPATCHED",
            () => house.Withdraw(filed.TrackingCode)
        );
    }

    [Fact]
    public async Task A_wrong_code_and_a_request_id_that_is_not_random_are_refused()
    {
        await using var house = await ParkingHouse.Open();
        var code = (await house.File()).TrackingCode;
        await house.WrongCode(() => house.Withdraw("0000-0000-0000"));
        var request = new WithdrawComplaintRequest { TrackingCode = code, RequestId = house.NewId() };
        await house.Invalid(async () => await house.Rpc.WithdrawComplaintAsync(request), "request_id");
    }
}
