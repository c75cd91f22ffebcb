using Mobility.Faults.V1;
using Mobility.Refunds;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnVehicleChangedTests
{
    [Fact]
    public async Task The_highest_revision_is_kept_in_every_order()
    {
        await using var house = await Open();
        foreach (var order in FactOrders.Of(3))
        {
            var name = $"{Parent}/vehicles/{NewId()}";
            foreach (var index in order.Concat(order))
            {
                await house.Service.Apply(
                    OnVehicleChanged.Handle,
                    new VehicleChanged
                    {
                        Vehicle = name,
                        Revision = index + 1,
                        Product = "scooter",
                        State = index == 2 ? VehicleState.Available : VehicleState.Grounded,
                        PrintedCode = "GN-" + index,
                    }
                );
            }
        }

        Assert.Equal(
            [("Available", "GN-2", 3L)],
            (
                await house.Rows<(string, string, long)>("""SELECT state, printed_code, revision FROM vehicle_copy""")
            ).Distinct()
        );
    }
}
