using Mobility.Desk.V1;
using Mobility.Platform.Rpc;
using Mobility.Refunds;
using Xunit;
using static Mobility.Tests.Refunds.CaseBudgetTests;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnCaseOpenedTests
{
    [Fact]
    public async Task Names_of_another_client_are_refused()
    {
        await using var house = await Open();
        var (name, ride) = (NewCase(), NewRide());
        CaseSnapshot[] wrong =
        [
            Snapshot(name, 1, ride.Replace(Parent, "clients/another-client", StringComparison.Ordinal)),
            Snapshot(name.Replace(Parent, "clients/another-client", StringComparison.Ordinal), 1, ride),
            Snapshot("", 1, ride),
        ];

        foreach (var about in wrong)
        {
            await Assert.ThrowsAsync<Refusal>(() =>
                house.Service.Apply(OnCaseOpened.Handle, new CaseOpened { Case = about })
            );
        }

        Assert.Empty(await house.Rows<Guid>("""SELECT case_id FROM case_copy"""));
    }
}
