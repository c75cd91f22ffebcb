using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class ResolveComplaintTests
{
    [Fact]
    public async Task With_a_photo_everybody_is_answered_and_the_crew_is_done()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        var second = await house.File("GN-0001");
        await house.Uphold(first.Name);
        await house.Dispatch(first.Name);
        var proof = await house.AddPhoto(first.Name);

        var resolved = await house.Rpc.ResolveComplaintAsync(
            house.Resolving(first.Name, proof.Name),
            house.AsTechnician
        );

        Assert.Equal((ComplaintState.Resolved, "removed"), (resolved.State, resolved.DecisionReason));
        Assert.Equal(house.Technician, resolved.DecidedBy);
        var removal = Assert.Single(await house.Removals());
        Assert.Equal((RemovalState.Done, house.Now), (removal.State, removal.EndTime.ToDateTimeOffset()));
        Assert.Equal([proof.Name], (await house.Track(second.TrackingCode)).Photos);
        Assert.Equal(2, (await house.EventsOf<ComplaintResolved>()).Count);
    }

    [Fact]
    public async Task When_every_vehicle_was_ridden_away_no_photo_is_needed()
    {
        await using var house = await ParkingHouse.Open();
        var vehicles = new[] { await house.Vehicle("GN-0001"), await house.Vehicle("GN-0002") };
        var filed = await house.File("GN-0001", "GN-0002");
        await house.Uphold(filed.Name);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(10));
        await house.Ride(vehicles[0]);
        await Missing();
        await house.Ride(vehicles[1]);

        var resolved = await house.Rpc.ResolveComplaintAsync(house.Resolving(filed.Name), house.AsAgent);

        Assert.Equal(ComplaintState.Resolved, resolved.State);

        Task Missing() =>
            house.Refused(
                StatusCode.FailedPrecondition,
                "PROOF_MISSING",
                async () => await house.Rpc.ResolveComplaintAsync(house.Resolving(filed.Name), house.AsAgent)
            );
    }

    [Fact]
    public async Task A_complaint_of_which_no_vehicle_is_known_needs_a_photo()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Uphold(filed.Name);
        await house.Refused(
            StatusCode.FailedPrecondition,
            "PROOF_MISSING",
            async () => await house.Rpc.ResolveComplaintAsync(house.Resolving(filed.Name), house.AsAgent)
        );
    }

    [Fact]
    public async Task A_photo_of_another_complaint_proves_nothing()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        var other = await house.File();
        await house.Uphold(filed.Name);
        var photo = await house.AddPhoto(other.Name);
        await house.Invalid(
            async () => await house.Rpc.ResolveComplaintAsync(house.Resolving(filed.Name, photo.Name), house.AsAgent),
            "proof_photo"
        );
        var request = house.Resolving(filed.Name, "clients/seoul-kick/photos/x");
        request.Reason = "not-found";
        await house.Invalid(
            async () => await house.Rpc.ResolveComplaintAsync(request, house.AsAgent),
            "reason",
            "proof_photo"
        );
    }

    [Fact]
    public async Task What_nobody_upheld_is_not_resolved_and_an_answer_is_given_once()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Refused(
            StatusCode.FailedPrecondition,
            "COMPLAINT_NOT_UPHELD",
            async () => await house.Rpc.ResolveComplaintAsync(house.Resolving(filed.Name), house.AsAgent)
        );
        await house.Uphold(filed.Name);
        var proof = await house.AddPhoto(filed.Name);
        var request = house.Resolving(filed.Name, proof.Name);
        await ParkingHouse.TenAtOnce(async () => await house.Rpc.ResolveComplaintAsync(request, house.AsAgent));
        Assert.Single(await house.EventsOf<ComplaintResolved>());
        await house.Refused(
            StatusCode.FailedPrecondition,
            "COMPLAINT_ALREADY_RESOLVED",
            async () => await house.Rpc.ResolveComplaintAsync(house.Resolving(filed.Name, proof.Name), house.AsAgent)
        );
    }

    [Fact]
    public async Task Only_agents_leads_and_crew_resolve()
    {
        await using var house = await ParkingHouse.Open();
        var name = (await house.File()).Name;
        await house.AdmitsOnly(
            async caller => await house.Rpc.ResolveComplaintAsync(house.Resolving(name), caller),
            Role.Agent,
            Role.Lead,
            Role.Technician
        );
    }
}
