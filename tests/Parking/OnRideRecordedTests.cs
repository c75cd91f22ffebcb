using Google.Protobuf.WellKnownTypes;
using Mobility.Faults.V1;
using Mobility.Parking;
using Mobility.Platform.Rpc;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>What a ride means for episodes is in <see cref="EpisodeTests"/>.</summary>
public sealed class OnRideRecordedTests
{
    [Fact]
    public async Task Four_events_in_every_order_and_each_twice_leave_the_last_revision()
    {
        await using var house = await ParkingHouse.Open();
        foreach (var order in CopyOrders.Of(4))
        {
            var id = Guid.Parse(house.NewId());
            await CopyOrders.Bring(order, n => house.Service.Apply(OnRideRecorded.Handle, Recorded(house, id, n)));
            var rows = await house.Service.Rows<(bool Unlocked, bool Ended, long Revision)>(
                """SELECT unlocked, end_time IS NOT NULL, revision FROM rides WHERE id = @id""",
                new { id }
            );
            Assert.Equal([(true, true, 4L)], rows);
        }
    }

    [Fact]
    public async Task A_lock_that_did_not_open_moved_nothing()
    {
        await using var house = await ParkingHouse.Open();
        var vehicle = await house.Vehicle("GN-0001");
        await house.File("GN-0001");
        house.Service.Clock.Advance(TimeSpan.FromMinutes(10));
        var ride = Recorded(house, Guid.Parse(house.NewId()), 1);
        ride.Vehicle = vehicle;
        await house.Service.Apply(OnRideRecorded.Handle, ride);

        Assert.Equal(1, (await house.File("GN-0001")).OtherComplaintCount);
    }

    [Fact]
    public async Task The_rider_is_not_kept()
    {
        await using var house = await ParkingHouse.Open();
        var ride = Recorded(house, Guid.Parse(house.NewId()), 4);
        await house.Service.Apply(OnRideRecorded.Handle, ride);
        var rider = ride.Rider.Split('/')[^1];
        Assert.DoesNotContain(await house.Dump(), row => row.Row.Contains(rider, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_tells_of_no_ride_of_the_client_is_parked()
    {
        await using var house = await ParkingHouse.Open();
        RideRecorded[] wrong =
        [
            new(Recorded(house, Guid.Empty, 1)) { Ride = "rides/1" },
            new(Recorded(house, Guid.Empty, 1)) { Vehicle = "" },
            new(Recorded(house, Guid.Empty, 1)) { StartTime = null },
            new(Recorded(house, Guid.Empty, 1)) { Revision = 0 },
        ];
        foreach (var evt in wrong)
        {
            var refused = await Assert.ThrowsAsync<Refusal>(() => house.Service.Apply(OnRideRecorded.Handle, evt));
            Assert.Equal("EVENT_INVALID", refused.Reason);
        }
    }

    /// <summary>Revision 1 is a lock that did not open; from 3 on the ride has ended.</summary>
    private static RideRecorded Recorded(ParkingHouse house, Guid ride, int revision) =>
        new()
        {
            Ride = $"{ParkingHouse.Parent}/rides/{ride}",
            Revision = revision,
            Vehicle = $"{ParkingHouse.Parent}/vehicles/{house.NewId()}",
            Rider = $"{ParkingHouse.Parent}/riders/{house.NewId()}",
            StartTime = house.Now.ToTimestamp(),
            EndTime = revision < 3 ? null : house.Now.ToTimestamp(),
            UnlockOutcome = revision == 1 ? UnlockOutcome.Failed : UnlockOutcome.Unlocked,
        };
}
