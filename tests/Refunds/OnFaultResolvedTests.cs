using Mobility.Faults.V1;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class OnFaultResolvedTests
{
    [Fact]
    public async Task A_repaired_fault_stays_evidence_of_the_ride()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[0].Evidence.Add(Evidence.FaultReport));
        var payment = await house.Pay();
        var fault = house.FaultOn(payment.Ride, "BRAKE_FAILURE", FaultState.Resolved);

        await house.Service.Apply(OnFaultResolved.Handle, new FaultResolved { Fault = fault });

        Assert.Equal(RefundState.Approved, (await house.Ask(payment, 1_000)).State);
    }
}
