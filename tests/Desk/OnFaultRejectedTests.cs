using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnFaultRejectedTests
{
    [Fact]
    public async Task It_closes_the_case()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault();

        await house.Apply(
            new FaultReported { Fault = fault },
            new FaultRejected { Fault = Later(fault, FaultState.Rejected, 2) }
        );

        Assert.Equal(CaseState.Closed, (await house.CaseOf(fault.Fault)).State);
        Assert.Equal(["fault-received"], await house.ToldOf(fault.Fault));
    }

    [Fact]
    public async Task Heard_of_before_the_report_it_is_history_at_once()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault();

        await house.Apply(
            new FaultRejected { Fault = Later(fault, FaultState.Rejected, 2) },
            new FaultReported { Fault = fault }
        );

        Assert.Equal(CaseState.Closed, (await house.CaseOf(fault.Fault)).State);
    }
}
