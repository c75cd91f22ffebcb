using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using Ride = Mobility.Faults.V1.Ride;
using Vehicle = Mobility.Faults.V1.Vehicle;

namespace Mobility.Tests.Faults;

public sealed class RecordRideTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task A_ride_is_recorded_and_announced()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var request = house.RideOn(vehicle);

        var ride = await house.Rpc.RecordRideAsync(request, house.AsOperator);

        var expected = request.Ride.Clone();
        expected.Name = ride.Name;
        expected.CreateTime = house.Now.ToTimestamp();
        expected.Revision = 1;
        expected.Etag = "\"1\"";
        Assert.Equal(expected, ride);
        var told = new RideRecorded
        {
            Ride = ride.Name,
            Revision = 1,
            Vehicle = vehicle.Name,
            Rider = house.Rider,
            StartTime = ride.StartTime,
            EndTime = ride.EndTime,
            DistanceMeters = 1_800,
            UnlockOutcome = UnlockOutcome.Unlocked,
            Product = "scooter",
        };
        Assert.Equal([told], await house.EventsOf<RideRecorded>());
    }

    [Fact]
    public async Task The_same_external_id_replaces_the_record_and_keeps_the_name()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var running = house.RideOn(vehicle);
        running.Ride.EndTime = null;
        running.Ride.DistanceMeters = 0;
        var first = await house.Rpc.RecordRideAsync(running, house.AsOperator);
        var ended = house.RideOn(vehicle);
        ended.Ride.ExternalId = running.Ride.ExternalId;
        house.Service.Clock.Advance(TimeSpan.FromSeconds(5));

        var second = await house.Rpc.RecordRideAsync(ended, house.AsOperator);

        Assert.Null(first.EndTime);
        Assert.Equal(
            (first.Name, first.CreateTime, 2L, "\"2\""),
            (second.Name, second.CreateTime, second.Revision, second.Etag)
        );
        Assert.Equal((ended.Ride.EndTime, 1_800L), (second.EndTime, second.DistanceMeters));
        Assert.Equal([1L, 2L], (await house.EventsOf<RideRecorded>()).Select(told => told.Revision));
        Assert.Equal([1L], await house.Service.Rows<long>("""SELECT count(*) FROM rides"""));
    }

    [Fact]
    public async Task A_record_that_gives_the_ride_to_another_rider_takes_its_proof_along()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var request = house.RideOn(vehicle);
        await house.Rpc.RecordRideAsync(request, house.AsOperator);
        request.RequestId = house.NewId();
        request.Ride.Rider = house.OtherRider;
        await house.Rpc.RecordRideAsync(request, house.AsOperator);

        Assert.Equal(Grounding.Held, (await house.CreateHeld()).Grounding);
    }

    [Fact]
    public async Task A_vehicle_that_is_not_registered_is_not_found()
    {
        await using var house = await FaultsHouse.Open(one);
        var stranger = new Vehicle { Name = $"{FaultsHouse.Parent}/vehicles/{house.NewId()}" };

        await house.Refused(StatusCode.NotFound, "VEHICLE_NOT_FOUND", () => house.Record(stranger));
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.RideOn(await house.Register("GN-0002"));
        request.RequestId = "1";
        request.Ride.ExternalId = "";
        request.Ride.Vehicle = $"clients/{TestIssuer.OtherClient}/vehicles/{house.NewId()}";
        request.Ride.Rider = house.Agent;
        request.Ride.StartTime = null;
        request.Ride.EndTime = (house.Now + TimeSpan.FromMinutes(3)).ToTimestamp();
        request.Ride.DistanceMeters = 1_000_001;
        request.Ride.UnlockOutcome = UnlockOutcome.Unspecified;

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.RecordRideAsync(request, house.AsOperator)
        );

        string[] expected =
        [
            "request_id",
            "ride.vehicle",
            "ride.rider",
            "ride.start_time",
            "ride.end_time",
            "ride.distance_meters",
            "ride.external_id",
            "ride.unlock_outcome",
        ];
        Assert.Equal(expected, TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task A_ride_does_not_end_before_it_starts_nor_go_backwards()
    {
        await using var house = await FaultsHouse.Open();
        var request = house.RideOn(await house.Register());
        request.Ride.EndTime = (request.Ride.StartTime.ToDateTimeOffset() - TimeSpan.FromMilliseconds(1)).ToTimestamp();
        request.Ride.DistanceMeters = -1;

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.RecordRideAsync(request, house.AsOperator)
        );

        Assert.Equal(["ride.end_time", "ride.distance_meters"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task An_empty_request_is_refused()
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.RecordRideAsync(new RecordRideRequest(), house.AsOperator)
        );

        string[] expected =
        [
            "parent",
            "request_id",
            "ride",
            "ride.vehicle",
            "ride.rider",
            "ride.start_time",
            "ride.external_id",
            "ride.unlock_outcome",
        ];
        Assert.Equal(expected, TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task Only_the_operator_says_what_a_ride_was()
    {
        await using var house = await FaultsHouse.Open(one);
        var vehicle = await house.Register();

        await house.AdmitsOnly(
            async caller => await house.Rpc.RecordRideAsync(house.RideOn(vehicle), caller),
            Role.Operator
        );
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply()
    {
        await using var house = await FaultsHouse.Open();
        var request = house.RideOn(await house.Register());

        var ride = await house.TenAtOnce(async () => await house.Rpc.RecordRideAsync(request, house.AsOperator));

        Assert.Equal(1, ride.Revision);
        Assert.Equal(["VehicleChanged", "RideRecorded"], await house.EventNames());
    }

    [Fact]
    public async Task A_request_id_is_good_for_one_body()
    {
        await using var house = await FaultsHouse.Open();
        var request = house.RideOn(await house.Register());
        await house.Rpc.RecordRideAsync(request, house.AsOperator);
        request.Ride.DistanceMeters = 0;

        await house.Refused(
            StatusCode.InvalidArgument,
            "REQUEST_ID_REUSED",
            async () => await house.Rpc.RecordRideAsync(request, house.AsOperator)
        );
    }

    [Fact]
    public async Task Ten_records_of_one_ride_at_once_count_ten_revisions()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var one = house.RideOn(vehicle);

        var rides = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Task.Run(() => Again(n))));

        Assert.Single(rides.Select(ride => ride.Name).Distinct());
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), rides.Select(ride => ride.Revision).Order());
        Assert.Equal(10, (await house.EventsOf<RideRecorded>()).Select(told => told.Revision).Distinct().Count());

        async Task<Ride> Again(int n)
        {
            var request = one.Clone();
            request.RequestId = house.NewId();
            request.Ride.DistanceMeters = n;
            return await house.Rpc.RecordRideAsync(request, house.AsOperator);
        }
    }
}
