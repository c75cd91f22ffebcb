using Google.Protobuf.WellKnownTypes;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Faults;

public sealed class CreateFaultTests
{
    [Fact]
    public async Task A_rider_who_just_rode_it_takes_a_dangerous_vehicle_off_the_street()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var ride = await house.Record(vehicle);
        var request = house.Report(code: " gn-0001");
        request.Fault.Ride = ride.Name;

        var fault = await house.Create(request);

        Assert.Matches("^clients/gangneung-kick/faults/[0-9a-f-]{36}$", fault.Name);
        Assert.Equal((" gn-0001", vehicle.Name, ride.Name), (fault.PrintedCode, fault.Vehicle, fault.Ride));
        Assert.Equal((house.Rider, "", FaultState.Reported), (fault.Reporter, fault.FiledBy, fault.State));
        Assert.Equal(
            (true, Grounding.Grounded, "RODE_IT_WITHIN_60_MINUTES"),
            (fault.SafetyCritical, fault.Grounding, fault.GroundingReason)
        );
        Assert.Empty(fault.Flags);
        Assert.Equal((house.Now, house.Now), (fault.CreateTime.ToDateTimeOffset(), fault.OccurTime.ToDateTimeOffset()));
        Assert.Equal(
            (request.Fault.Note, request.Fault.Position, 12.5),
            (fault.Note, fault.Position, fault.PositionAccuracyMeters)
        );
        Assert.Equal((1L, "\"1\""), (fault.Revision, fault.Etag));
        Assert.Equal((VehicleState.Grounded, 2L), await house.VehicleOf());
    }

    [Fact]
    public async Task What_is_told_of_a_report_names_ids_and_states_and_neither_note_nor_place()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var ride = await house.Record(vehicle);
        var request = house.Report();
        request.Fault.Ride = ride.Name;
        request.Fault.Note = "MARKER-IN-A-NOTE";
        request.Fault.Language = "en";

        var fault = await house.Create(request);

        Assert.Equal(["VehicleChanged", "RideRecorded", "FaultReported", "VehicleChanged"], await house.EventNames());
        var told = Assert.Single(await house.EventsOf<FaultReported>()).Fault;
        var expected = new FaultSnapshot
        {
            Fault = fault.Name,
            Revision = 1,
            Vehicle = vehicle.Name,
            Category = "BRAKE_FAILURE",
            Ride = ride.Name,
            Reporter = house.Rider,
            Language = "en",
            State = FaultState.Reported,
            Grounding = Grounding.Grounded,
            OccurTime = fault.OccurTime,
            CreateTime = fault.CreateTime,
        };
        Assert.Equal(expected, told);
        var grounded = (await house.EventsOf<VehicleChanged>())[^1];
        Assert.Equal((VehicleState.Grounded, 2L), (grounded.State, grounded.Revision));
        Assert.DoesNotContain(await house.Service.Events(), e => e.Data.Contains("MARKER", StringComparison.Ordinal));
        Assert.DoesNotContain(await house.Service.Events(), e => e.Data.Contains("37.76", StringComparison.Ordinal));
        Assert.DoesNotContain(house.Service.LogLines, line => line.Contains("MARKER", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agent_may_file_for_a_caller_without_an_account()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();

        var fault = await house.Create(house.Report(), house.AsAgent);

        Assert.Equal(("", house.Agent, Grounding.Grounded), (fault.Reporter, fault.FiledBy, fault.Grounding));
    }

    [Fact]
    public async Task A_fault_that_endangers_nobody_grounds_nothing()
    {
        await using var house = await FaultsHouse.Open();
        await house.Record(await house.Register());

        var fault = await house.Create(house.Report("UNLOCK_FAILED"), house.AsTechnician);

        Assert.Equal(
            (false, Grounding.None, "NOT_SAFETY_CRITICAL"),
            (fault.SafetyCritical, fault.Grounding, fault.GroundingReason)
        );
        Assert.Equal((VehicleState.Available, 1L), await house.VehicleOf());
    }

    [Theory]
    [InlineData("BRAKE_FAILURE", Grounding.Held)]
    [InlineData("FLAT_TIRE", Grounding.None)]
    public async Task A_rider_is_not_turned_away_for_a_code_that_nobody_knows(string category, Grounding expected)
    {
        await using var house = await FaultsHouse.Open();

        var fault = await house.Create(house.Report(category, "지워진 번호 \uFFFE?"));

        Assert.Equal(("", expected), (fault.Vehicle, fault.Grounding));
        Assert.Equal([FaultFlag.UnknownVehicleCode], fault.Flags);
    }

    [Fact]
    public async Task A_vehicle_of_another_client_is_unknown_here()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var request = house.Report("FLAT_TIRE");
        request.Parent = $"clients/{TestIssuer.OtherClient}";
        request.Fault.Position = null;

        var fault = await house.Create(request, house.As(Role.Agent, house.Agent, TestIssuer.OtherClient));

        Assert.Equal([FaultFlag.UnknownVehicleCode], fault.Flags);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task What_is_older_than_seven_days_is_accepted_and_flagged(int millisecondsMore, bool flagged)
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var request = house.Report();
        var occurred = house.Now - TimeSpan.FromDays(7) - TimeSpan.FromMilliseconds(millisecondsMore);
        request.Fault.OccurTime = occurred.ToTimestamp();

        var fault = await house.Create(request);

        Assert.Equal(occurred, fault.OccurTime.ToDateTimeOffset());
        Assert.Equal(flagged ? [FaultFlag.OccurredLongAgo] : [], fault.Flags);
    }

    [Fact]
    public async Task A_ride_on_another_vehicle_is_flagged_and_proves_nothing()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register("GN-0001");
        var ride = await house.Record(await house.Register("GN-0002"));
        var request = house.Report(code: "GN-0001");
        request.Fault.Ride = ride.Name;

        var fault = await house.Create(request);

        Assert.Equal(Grounding.Held, fault.Grounding);
        Assert.Equal([FaultFlag.RideOnAnotherVehicle], fault.Flags);
    }
}
