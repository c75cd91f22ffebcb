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
    public async Task A_stranger_to_the_vehicle_is_held_and_the_vehicle_stays()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        await house.Record(vehicle, endedAgo: TimeSpan.FromMinutes(61));

        var fault = await house.Create(house.Report());

        Assert.Equal((Grounding.Held, "NO_RIDE_WITHIN_60_MINUTES"), (fault.Grounding, fault.GroundingReason));
        Assert.Equal((VehicleState.Available, 1L), await house.VehicleOf());
    }

    [Fact]
    public async Task The_second_rider_grounds_what_the_first_could_not()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();

        var first = await house.CreateHeld(rider: house.Rider);
        var again = await house.CreateHeld(rider: house.Rider);
        var second = await house.CreateHeld(rider: house.OtherRider);

        Assert.Equal([Grounding.Held, Grounding.Held], new[] { first.Grounding, again.Grounding });
        Assert.Equal((Grounding.Grounded, "TWO_RIDERS_WITHIN_24_HOURS"), (second.Grounding, second.GroundingReason));
        Assert.Equal((VehicleState.Grounded, 2L), await house.VehicleOf());
    }

    [Theory]
    [InlineData(0, Grounding.Grounded)]
    [InlineData(1, Grounding.Held)]
    public async Task The_first_riders_word_lasts_24_hours(int millisecondsMore, Grounding expected)
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        await house.CreateHeld(rider: house.Rider);
        house.Service.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMilliseconds(millisecondsMore));

        var second = await house.CreateHeld(rider: house.OtherRider);

        Assert.Equal(expected, second.Grounding);
    }

    [Fact]
    public async Task A_report_that_was_rejected_is_nobodys_first_word()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var first = await house.CreateHeld(rider: house.Rider);
        await house.Rpc.RejectFaultAsync(
            new RejectFaultRequest
            {
                Name = first.Name,
                Note = "Brakes are fine.",
                RequestId = house.NewId(),
            },
            house.AsTechnician
        );

        var second = await house.CreateHeld(rider: house.OtherRider);

        Assert.Equal(Grounding.Held, second.Grounding);
    }

    [Theory]
    [InlineData(Role.Agent)]
    [InlineData(Role.Lead)]
    [InlineData(Role.Technician)]
    public async Task The_word_of_crew_and_agents_grounds_at_once(Role role)
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var person = house.NewPerson();
        var request = house.Report();
        request.Fault.Channel = Channel.Phone;
        request.Fault.Reporter = house.Rider;

        var fault = await house.Create(request, house.As(role, person));

        Assert.Equal((Grounding.Grounded, "CREW_OR_AGENT"), (fault.Grounding, fault.GroundingReason));
        Assert.Equal((house.Rider, person), (fault.Reporter, fault.FiledBy));
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

    [Fact]
    public async Task The_fourth_vehicle_of_a_riders_day_is_held_and_flagged()
    {
        await using var house = await FaultsHouse.Open();
        var faults = new List<Fault>();
        for (var n = 1; n <= 4; n++)
        {
            await house.Record(await house.Register($"GN-000{n}"));
            faults.Add(await house.Create(house.Report(code: $"GN-000{n}")));
        }

        Assert.All(faults.Take(3), fault => Assert.Equal(Grounding.Grounded, fault.Grounding));
        Assert.Equal((Grounding.Held, "GROUNDINGS_EXHAUSTED"), (faults[3].Grounding, faults[3].GroundingReason));
        Assert.Equal([FaultFlag.GroundingsExhausted], faults[3].Flags);
        Assert.Equal((VehicleState.Available, 1L), await house.VehicleOf("GN-0004"));

        // 15 hours after nine in the morning another day begins in Seoul; the same rider rides again.
        house.Service.Clock.Advance(TimeSpan.FromHours(15));
        await house.Record(await house.Register("GN-0005"));
        Assert.Equal(Grounding.Grounded, (await house.Create(house.Report(code: "GN-0005"))).Grounding);
    }

    [Fact]
    public async Task An_agents_word_for_the_rider_does_not_use_up_the_riders_day()
    {
        await using var house = await FaultsHouse.Open();
        for (var n = 1; n <= 3; n++)
        {
            await house.Register($"GN-000{n}");
            var request = house.Report(code: $"GN-000{n}");
            request.Fault.Reporter = house.Rider;
            await house.Create(request, house.AsAgent);
        }

        await house.Record(await house.Register("GN-0004"));

        Assert.Equal(Grounding.Grounded, (await house.Create(house.Report(code: "GN-0004"))).Grounding);
    }
}
