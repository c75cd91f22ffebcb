using Mobility.Faults.V1;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnFaultRejectedTests
{
    [Fact]
    public async Task A_rejected_fault_is_no_evidence_any_more()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[0].Evidence.Add(Evidence.FaultReport));
        var payment = await house.Pay();
        var fault = house.FaultOn(payment.Ride, "BRAKE_FAILURE");
        await house.Deliver(fault);
        var before = await house.Ask(payment, 1_000);

        (fault.State, fault.Revision) = (FaultState.Rejected, 2);
        await house.Service.Apply(OnFaultRejected.Handle, new FaultRejected { Fault = fault });
        var after = await house.Ask(payment, 1_000);

        Assert.Equal(RefundState.Approved, before.State);
        Assert.Equal("FAULT_REPORT_MISSING", Assert.Single(after.Decision.FailedConditions).Code);
    }
}
