using Mobility.Platform.Rpc;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnRideRecordedTests
{
    [Fact]
    public async Task The_highest_revision_is_kept_in_any_order()
    {
        await using var house = await Open();
        var record = house.RideOf(NewRide(), meters: 10);
        var later = record.Clone();
        (later.Revision, later.DistanceMeters) = (2, 20);

        foreach (var evt in new[] { later, record, later, record })
        {
            await house.Deliver(evt);
        }

        Assert.Equal(
            [(20L, 2L)],
            await house.Rows<(long, long)>("""SELECT distance_meters, revision FROM ride_copy""")
        );
    }

    [Fact]
    public async Task A_name_of_another_client_is_refused_for_good()
    {
        await using var house = await Open();
        var record = house.RideOf(NewRide());
        record.Vehicle = "clients/seoul-kick/vehicles/" + NewId();

        var refusal = await Assert.ThrowsAsync<Refusal>(() => house.Deliver(record));

        Assert.Equal("EVENT_OF_ANOTHER_CLIENT", refusal.Reason);
        Assert.Empty(await house.Rows<Guid>("""SELECT ride_id FROM ride_copy"""));
    }

    [Fact]
    public async Task A_record_without_a_rider_is_refused_for_good()
    {
        await using var house = await Open();
        var record = house.RideOf(NewRide());
        record.Rider = "";

        Assert.Equal("EVENT_INCOMPLETE", (await Assert.ThrowsAsync<Refusal>(() => house.Deliver(record))).Reason);
    }
}
