using Mobility.Desk.V1;
using Mobility.Refunds;
using Xunit;
using static Mobility.Tests.Refunds.CaseBudgetTests;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnCaseHandedOverTests
{
    [Fact]
    public async Task A_copy_can_begin_with_it()
    {
        await using var house = await Open();
        var (name, vehicle) = (NewCase(), $"{Parent}/vehicles/{NewId()}");

        await house.Service.Apply(
            OnCaseHandedOver.Handle,
            new CaseHandedOver { Case = Snapshot(name, 7, vehicle: vehicle) }
        );

        Assert.Equal(
            [(Guid.Parse(vehicle.Split('/')[^1]), 7L)],
            await house.Rows<(Guid, long)>("""SELECT vehicle_id, revision FROM case_copy""")
        );
    }
}
