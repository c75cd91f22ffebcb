using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnFaultResolvedTests
{
    [Fact]
    public async Task It_closes_the_case_and_the_rider_who_reported_it_hears_so()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault(Grounding.Grounded);

        await house.Apply(
            new FaultReported { Fault = fault },
            new FaultResolved { Fault = Later(fault, FaultState.Resolved, 2) }
        );

        var closed = await house.CaseOf(fault.Fault);
        Assert.Equal(CaseState.Closed, closed.State);
        Assert.Contains(closed.Log, entry => entry.Kind == CaseLogKind.Answered);
        Assert.Equal(["fault-received", "fault-resolved"], await house.ToldOf(fault.Fault));
    }
}
