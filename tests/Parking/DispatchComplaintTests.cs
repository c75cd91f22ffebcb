using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class DispatchComplaintTests
{
    [Fact]
    public async Task One_crew_is_sent_for_the_episode()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        var second = await house.File("GN-0001");
        await house.Uphold(first.Name);

        var sent = await house.Dispatch(second.Name);

        Assert.Equal(ComplaintState.Dispatched, sent.State);
        Assert.Equal(sent.Removal, (await house.Get(first.Name)).Removal);
        var removal = Assert.Single(await house.Removals());
        Assert.Equal((sent.Removal, sent.Episode, 2), (removal.Name, removal.Episode, removal.ComplaintCount));
        Assert.Equal(2, (await house.EventsOf<ComplaintDispatched>()).Count);
        Assert.All(await house.EventsOf<ComplaintDispatched>(), e => Assert.Equal(sent.Removal, e.Complaint.Removal));
    }

    [Fact]
    public async Task Sent_twice_at_once_it_is_one_removal()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var names = new[] { await house.File("GN-0001"), await house.File("GN-0001") }.Select(c => c.Name).ToList();
        await house.Uphold(names[0]);

        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(n =>
                    Task.Run(async () =>
                    {
                        try
                        {
                            await house.Dispatch(names[n % 2]);
                            return "";
                        }
                        catch (RpcException e)
                        {
                            return Support.TestService.ReasonOf(e);
                        }
                    })
                )
        );

        Assert.Single(outcomes, "");
        Assert.Equal(5, outcomes.Count(o => o == "COMPLAINT_ALREADY_DISPATCHED"));
        Assert.Single(await house.Removals());
    }

    [Fact]
    public async Task Who_complains_late_is_answered_by_the_crew_that_is_under_way()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        await house.Uphold(first.Name);
        var sent = await house.Dispatch(first.Name);
        var late = await house.File("GN-0001");
        Assert.Equal(sent.Removal, (await house.Get(late.Name)).Removal);

        await house.Uphold(late.Name);
        var same = await house.Dispatch(late.Name);

        Assert.Equal(sent.Removal, same.Removal);
        Assert.Equal(2, Assert.Single(await house.Removals()).ComplaintCount);
    }

    [Fact]
    public async Task After_a_reopening_another_crew_is_sent()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var filed = await house.File("GN-0001");
        await house.Uphold(filed.Name);
        await house.Dispatch(filed.Name);
        await house.Resolve(filed.Name);
        await house.Reopen(filed.TrackingCode);
        await house.Uphold(filed.Name);
        await house.Dispatch(filed.Name);

        var removals = await house.Removals();

        Assert.Equal([RemovalState.Dispatched, RemovalState.Done], removals.Select(r => r.State).Order());
        Assert.Equal([0, 1], removals.Select(r => r.ComplaintCount).Order());
    }

    [Fact]
    public async Task What_nobody_upheld_is_not_sent()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Refused(StatusCode.FailedPrecondition, "COMPLAINT_NOT_UPHELD", () => house.Dispatch(filed.Name));
    }

    [Fact]
    public async Task Only_agents_leads_and_officers_send()
    {
        await using var house = await ParkingHouse.Open();
        var name = (await house.File()).Name;
        await house.AdmitsOnly(
            async caller => await house.Rpc.DispatchComplaintAsync(house.Dispatching(name), caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer
        );
    }
}
