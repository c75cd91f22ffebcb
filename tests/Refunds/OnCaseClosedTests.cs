using Mobility.Desk.V1;
using Mobility.Refunds;
using Xunit;
using static Mobility.Tests.Refunds.CaseBudgetTests;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnCaseClosedTests
{
    [Fact]
    public async Task It_stays_known()
    {
        await using var house = await Open();
        var (name, ride) = (NewCase(), NewRide());

        await house.Service.Apply(OnCaseOpened.Handle, new CaseOpened { Case = Snapshot(name, 1, ride) });
        await house.Service.Apply(OnCaseClosed.Handle, new CaseClosed { Case = Snapshot(name, 2, ride) });

        Assert.Equal(
            [(Guid.Parse(ride.Split('/')[^1]), 2L)],
            await house.Rows<(Guid, long)>("""SELECT ride_id, revision FROM case_copy""")
        );
    }
}
