using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class RejectComplaintTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task Its_reporter_is_answered_and_the_others_go_on()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        var second = await house.File("GN-0001");

        var rejected = await house.Reject(first.Name);

        Assert.Equal((ComplaintState.Rejected, "parked-properly"), (rejected.State, rejected.DecisionReason));
        var evt = Assert.Single(await house.EventsOf<ComplaintRejected>()).Complaint;
        Assert.Equal((first.Name, 1, "parked-properly"), (evt.Complaint, evt.AnswerCount, evt.DecisionReason));
        var other = await house.Get(second.Name);
        Assert.Equal((ComplaintState.Filed, 0), (other.State, other.OtherComplaintCount));
        var tracked = await house.Track(first.TrackingCode);
        Assert.Equal("parked-properly", tracked.DecisionReason);
        Assert.Equal(house.Now.AddHours(24), tracked.ReopenUntilTime.ToDateTimeOffset());
        Assert.False(tracked.Withdrawable);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Rejecting((await house.File()).Name);

        await ParkingHouse.TenAtOnce(async () => await house.Rpc.RejectComplaintAsync(request, house.AsAgent));

        Assert.Single(await house.EventsOf<ComplaintRejected>());
    }

    [Fact]
    public async Task Upholding_and_rejecting_at_once_leaves_one_decision()
    {
        await using var house = await ParkingHouse.Open();
        var name = (await house.File()).Name;
        Func<Task>[] decisions = [() => house.Reject(name), () => house.Uphold(name)];

        var outcomes = await Task.WhenAll(
            decisions.Select(async decide =>
            {
                try
                {
                    await Task.Run(decide);
                    return "";
                }
                catch (RpcException e)
                {
                    return Support.TestService.ReasonOf(e);
                }
            })
        );

        Assert.Single(outcomes, "");
        Assert.Equal(2, (await house.Get(name)).Revision);
    }

    [Fact]
    public async Task A_reason_that_the_catalogue_does_not_have_is_refused_and_so_is_a_complaint_that_was_upheld()
    {
        await using var house = await ParkingHouse.Open(one);
        var filed = await house.File();
        var request = house.Rejecting(filed.Name);
        request.Reason = "removed";
        await house.Invalid(async () => await house.Rpc.RejectComplaintAsync(request, house.AsAgent), "reason");
        await house.Uphold(filed.Name);
        await house.Refused(StatusCode.FailedPrecondition, "COMPLAINT_ALREADY_UPHELD", () => house.Reject(filed.Name));
    }

    [Fact]
    public async Task Only_agents_leads_and_officers_reject()
    {
        await using var house = await ParkingHouse.Open(one);
        var name = (await house.File()).Name;
        await house.AdmitsOnly(
            async caller => await house.Rpc.RejectComplaintAsync(house.Rejecting(name), caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer
        );
    }
}
