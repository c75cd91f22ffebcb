using Mobility.Desk.V1;
using Mobility.Refunds;
using Xunit;
using static Mobility.Tests.Refunds.CaseBudgetTests;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnCaseSubjectChangedTests
{
    [Fact]
    public async Task What_it_was_about_before_is_forgotten()
    {
        await using var house = await Open();
        var name = NewCase();

        await house.Service.Apply(
            OnCaseSubjectChanged.Handle,
            new CaseSubjectChanged { Case = Snapshot(name, 2, NewRide()) }
        );
        await house.Service.Apply(OnCaseSubjectChanged.Handle, new CaseSubjectChanged { Case = Snapshot(name, 3) });

        Assert.Equal([null], await house.Rows<Guid?>("""SELECT ride_id FROM case_copy"""));
    }
}
