using Mobility.Faults.V1;
using Mobility.Refunds;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>All four events of a fault carry the same snapshot and go the same way;
/// their orders are tested together.</summary>
public sealed class OnFaultReportedTests
{
    [Theory]
    [InlineData(FaultState.Resolved, true)]
    [InlineData(FaultState.Rejected, false)]
    public async Task The_latest_state_is_kept_and_a_confirmation_never_forgotten_in_every_order(
        FaultState last,
        bool confirmed
    )
    {
        await using var house = await Open();
        FaultState[] states = confirmed
            ? [FaultState.Reported, FaultState.Confirmed, last]
            : [FaultState.Reported, last];
        foreach (var order in FactOrders.Of(states.Length))
        {
            var fault = house.FaultOn(NewRide(), "BRAKE_FAILURE");
            foreach (var index in order.Concat(order))
            {
                var snapshot = fault.Clone();
                (snapshot.State, snapshot.Revision) = (states[index], index + 1);
                await Deliver(house, snapshot);
            }
        }

        Assert.Equal(
            [(last.ToString(), confirmed, (long)states.Length)],
            (await house.Rows<(string, bool, long)>("""SELECT state, confirmed, revision FROM fault_copy""")).Distinct()
        );
    }

    [Fact]
    public async Task A_report_of_a_caller_without_account_and_ride_is_kept()
    {
        await using var house = await Open();
        var fault = house.FaultOn("");
        fault.Reporter = "";

        await Deliver(house, fault);

        Assert.Equal(
            [true],
            await house.Rows<bool>("""SELECT ride_id IS NULL AND reporter_id IS NULL FROM fault_copy""")
        );
    }

    private static Task Deliver(RefundsHouse house, FaultSnapshot fault) =>
        fault.State switch
        {
            FaultState.Reported => house.Service.Apply(OnFaultReported.Handle, new FaultReported { Fault = fault }),
            FaultState.Confirmed => house.Service.Apply(OnFaultConfirmed.Handle, new FaultConfirmed { Fault = fault }),
            FaultState.Rejected => house.Service.Apply(OnFaultRejected.Handle, new FaultRejected { Fault = fault }),
            _ => house.Service.Apply(OnFaultResolved.Handle, new FaultResolved { Fault = fault }),
        };
}
