using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using Fault = Mobility.Faults.V1.Fault;

namespace Mobility.Tests.Faults;

/// <summary>The grounding rule with its facts from the database.</summary>
public sealed class CreateFaultGroundingTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
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
        await using var house = await FaultsHouse.Open(one);
        var vehicle = await house.Register($"GN-{role}");
        var person = house.NewPerson();
        var request = house.Report(code: vehicle.PrintedCode);
        request.Fault.Channel = Channel.Phone;
        request.Fault.Reporter = house.Rider;

        var fault = await house.Create(request, house.As(role, person));

        Assert.Equal((Grounding.Grounded, "CREW_OR_AGENT"), (fault.Grounding, fault.GroundingReason));
        Assert.Equal((house.Rider, person), (fault.Reporter, fault.FiledBy));
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

    [Fact]
    public async Task A_harmless_report_of_another_rider_is_nobodys_first_word()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        await house.Create(house.Report("FLAT_TIRE"), house.AsOtherRider);

        Assert.Equal(Grounding.Held, (await house.CreateHeld()).Grounding);
    }

    [Fact]
    public async Task Another_riders_word_on_another_vehicle_is_no_word_on_this_one()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register("GN-0001");
        await house.Register("GN-0002");
        await house.CreateHeld("GN-0002", house.OtherRider);

        Assert.Equal(Grounding.Held, (await house.CreateHeld("GN-0001")).Grounding);
    }

    [Fact]
    public async Task The_latest_ride_whose_lock_opened_counts_in_whatever_order_the_records_came()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        await house.Record(vehicle, endedAgo: TimeSpan.FromHours(9));
        await house.Record(vehicle, endedAgo: TimeSpan.FromMinutes(30));
        await house.Record(vehicle, endedAgo: TimeSpan.FromHours(10));
        var failed = house.RideOn(vehicle);
        failed.Ride.UnlockOutcome = UnlockOutcome.Failed;
        await house.Rpc.RecordRideAsync(failed, house.AsOperator);

        Assert.Equal("RODE_IT_WITHIN_60_MINUTES", (await house.CreateHeld()).GroundingReason);
    }

    [Fact]
    public async Task The_ride_of_another_rider_or_on_another_vehicle_proves_nothing()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register("GN-0001");
        await house.Record(vehicle, house.OtherRider);
        await house.Record(await house.Register("GN-0002"));

        Assert.Equal("NO_RIDE_WITHIN_60_MINUTES", (await house.CreateHeld()).GroundingReason);
    }
}
