using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnFaultConfirmedTests
{
    [Fact]
    public async Task What_is_confirmed_still_needs_somebody()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault();
        var confirmed = Later(fault, FaultState.Confirmed, 2);
        confirmed.Grounding = Grounding.Grounded;

        await house.Apply(new FaultReported { Fault = fault }, new FaultConfirmed { Fault = confirmed });

        Assert.Equal(CaseState.Open, (await house.CaseOf(fault.Fault)).State);
        Assert.Equal(["fault-received"], await house.ToldOf(fault.Fault));
    }

    [Fact]
    public async Task One_that_a_decision_grounds_opens_a_case_then()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault(Grounding.None);
        var confirmed = Later(fault, FaultState.Confirmed, 2);
        confirmed.Grounding = Grounding.Grounded;

        await house.Apply(new FaultReported { Fault = fault }, new FaultConfirmed { Fault = confirmed });

        Assert.Equal(CaseState.Open, (await house.CaseOf(fault.Fault)).State);
    }
}
