using Mobility.Faults.V1;
using Mobility.Parking;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class OnVehicleChangedTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task Four_events_in_every_order_and_each_twice_leave_the_last_revision()
    {
        await using var house = await ParkingHouse.Open();
        foreach (var order in CopyOrders.Of(4))
        {
            var id = Guid.Parse(house.NewId());
            await CopyOrders.Bring(
                order,
                n => house.Service.Apply(OnVehicleChanged.Handle, Changed($"{ParkingHouse.Parent}/vehicles/{id}", n))
            );
            var rows = await house.Service.Rows<(string Code, int State, long Revision)>(
                """SELECT printed_code, state, revision FROM vehicles WHERE id = @id""",
                new { id }
            );
            Assert.Equal([("GN-4", (int)VehicleState.Grounded, 4L)], rows);
        }
    }

    [Theory]
    [InlineData("clients/seoul-kick/vehicles/0190a6c0-0000-7000-8000-00000000abcd", 1, "GN-1")]
    [InlineData("vehicles/1", 1, "GN-1")]
    [InlineData("clients/gangneung-kick/vehicles/0190a6c0-0000-7000-8000-00000000abcd", 0, "GN-1")]
    [InlineData("clients/gangneung-kick/vehicles/0190a6c0-0000-7000-8000-00000000abcd", 1, " ")]
    public async Task What_tells_of_no_vehicle_of_the_client_is_parked(string vehicle, long revision, string code)
    {
        await using var house = await ParkingHouse.Open(one);
        var evt = Changed(vehicle, 1);
        (evt.Revision, evt.PrintedCode) = (revision, code);
        var refused = await Assert.ThrowsAsync<Refusal>(() => house.Service.Apply(OnVehicleChanged.Handle, evt));
        Assert.Equal("EVENT_INVALID", refused.Reason);
    }

    private static VehicleChanged Changed(string vehicle, int revision) =>
        new()
        {
            Vehicle = vehicle,
            Revision = revision,
            Product = "scooter",
            State = revision % 2 == 0 ? VehicleState.Grounded : VehicleState.Available,
            PrintedCode = $"gn-{revision}",
        };
}
