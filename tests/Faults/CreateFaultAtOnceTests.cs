using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Faults;

/// <summary>Who may report, repeats, and reports that come at the same moment.</summary>
public sealed class CreateFaultAtOnceTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task Riders_agents_and_crew_report_and_nobody_else()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();

        await house.AdmitsOnly(
            caller => house.Create(house.Report(), caller),
            Role.Rider,
            Role.Agent,
            Role.Lead,
            Role.Technician
        );
    }

    [Fact]
    public async Task A_token_of_another_client_reports_nothing_here()
    {
        await using var house = await FaultsHouse.Open(one);
        var caller = house.As(Role.Agent, house.Agent, TestIssuer.OtherClient);

        await house.Refused(
            StatusCode.PermissionDenied,
            "PERMISSION_DENIED",
            () => house.Create(house.Report(), caller)
        );
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply()
    {
        await using var house = await FaultsHouse.Open();
        await house.Record(await house.Register());
        var request = house.Report();

        var fault = await house.TenAtOnce(() => house.Create(request));

        Assert.Equal(Grounding.Grounded, fault.Grounding);
        Assert.Equal(["VehicleChanged", "RideRecorded", "FaultReported", "VehicleChanged"], await house.EventNames());
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply_whatever_became_of_the_ride_and_the_fault()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var record = house.RideOn(vehicle);
        var ride = await house.Rpc.RecordRideAsync(record, house.AsOperator);
        var request = house.Report();
        request.Fault.Ride = ride.Name;
        var first = await house.Create(request);
        record.RequestId = house.NewId();
        record.Ride.Rider = house.OtherRider;
        await house.Rpc.RecordRideAsync(record, house.AsOperator);
        var resolve = new ResolveFaultRequest { Name = first.Name, RequestId = house.NewId() };
        await house.Rpc.ResolveFaultAsync(resolve, house.AsTechnician);

        Assert.Equal(first, await house.Create(request));
    }

    [Fact]
    public async Task A_request_id_is_good_for_one_body()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Report();
        await house.Create(request);
        request.Fault.Note = "Another note";

        await house.Refused(StatusCode.InvalidArgument, "REQUEST_ID_REUSED", () => house.Create(request));
    }

    [Fact]
    public async Task A_request_that_was_refused_leaves_its_id_free()
    {
        await using var house = await FaultsHouse.Open(one);
        var vehicle = await house.Register();
        var record = house.RideOn(vehicle, house.OtherRider);
        var ride = await house.Rpc.RecordRideAsync(record, house.AsOperator);
        var request = house.Report();
        request.Fault.Ride = ride.Name;
        await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.Create(request));
        record.RequestId = house.NewId();
        record.Ride.Rider = house.Rider;
        await house.Rpc.RecordRideAsync(record, house.AsOperator);

        Assert.Equal(ride.Name, (await house.Create(request)).Ride);
    }

    [Fact]
    public async Task Of_two_riders_at_once_one_is_held_and_the_other_grounds()
    {
        await using var house = await FaultsHouse.Open();
        string[] codes = [.. Enumerable.Range(1, 5).Select(n => $"GN-000{n}")];
        foreach (var code in codes)
        {
            await house.Register(code);
        }

        foreach (var code in codes)
        {
            var faults = await Task.WhenAll(
                Task.Run(() => house.CreateHeld(code, house.Rider)),
                Task.Run(() => house.CreateHeld(code, house.OtherRider))
            );

            Assert.Equal([Grounding.Held, Grounding.Grounded], faults.Select(fault => fault.Grounding).Order());
            Assert.Equal((VehicleState.Grounded, 2L), await house.VehicleOf(code));
        }
    }

    [Fact]
    public async Task A_rider_who_reports_six_vehicles_at_once_grounds_three()
    {
        await using var house = await FaultsHouse.Open();
        string[] codes = [.. Enumerable.Range(1, 6).Select(n => $"GN-000{n}")];
        foreach (var code in codes)
        {
            await house.Record(await house.Register(code));
        }

        var faults = await Task.WhenAll(codes.Select(code => Task.Run(() => house.Create(house.Report(code: code)))));

        Assert.Equal(3, faults.Count(fault => fault.Grounding == Grounding.Grounded));
        Assert.Equal(3, faults.Count(fault => fault.GroundingReason == "GROUNDINGS_EXHAUSTED"));
        Assert.Equal([3L], await house.Service.Rows<long>("""SELECT count(*) FROM vehicles WHERE state = 2"""));
    }
}
