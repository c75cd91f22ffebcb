using Mobility.Faults.V1;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnFaultConfirmedTests
{
    [Fact]
    public async Task A_confirmed_fault_is_evidence_where_a_report_is_not_enough()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[0].Evidence.Add(Evidence.FaultConfirmed));
        var payment = await house.Pay();
        var fault = house.FaultOn(payment.Ride, "BRAKE_FAILURE");
        await house.Deliver(fault);
        var before = await house.Ask(payment, 1_000);

        (fault.State, fault.Revision) = (FaultState.Confirmed, 2);
        await house.Service.Apply(OnFaultConfirmed.Handle, new FaultConfirmed { Fault = fault });
        var after = await house.Ask(payment, 1_000);

        Assert.Equal("FAULT_NOT_CONFIRMED", Assert.Single(before.Decision.FailedConditions).Code);
        Assert.Equal(RefundState.Approved, after.State);
    }
}
