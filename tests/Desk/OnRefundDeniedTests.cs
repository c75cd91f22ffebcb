using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundDeniedTests
{
    [Fact]
    public async Task What_a_person_asked_for_is_answered_at_once()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.Denied);

        await house.Apply(new RefundDenied { Refund = refund });

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
        Assert.Equal(["refund-denied"], await house.ToldOf(refund.Refund));
    }

    [Fact]
    public async Task What_the_machine_tried_waits_until_a_person_closes_it()
    {
        await using var house = await OpenStaffed();
        var refund = house.SystemRefund(RefundState.Denied);

        await house.Apply(new RefundDenied { Refund = refund });

        Assert.Equal(CaseState.Open, (await house.CaseOf(refund.Refund)).State);
        Assert.Empty(await house.ToldOf(refund.Refund));
    }

    [Fact]
    public async Task It_joins_the_case_of_its_fault_and_its_reporter_hears_so()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault();
        var refund = house.SystemRefund(RefundState.Denied, fault.Fault);

        await house.Apply(new RefundDenied { Refund = refund }, new Mobility.Faults.V1.FaultReported { Fault = fault });

        Assert.Equal((await house.CaseOf(fault.Fault)).Name, (await house.CaseOf(refund.Refund)).Name);
        Assert.Equal(["refund-denied"], await house.ToldOf(refund.Refund));
    }

    [Fact]
    public async Task Who_paid_hears_nothing_of_a_try_that_another_riders_report_caused()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault();
        fault.Reporter = house.Name("riders");
        var refund = house.SystemRefund(RefundState.Denied, fault.Fault);

        await house.Apply(new Mobility.Faults.V1.FaultReported { Fault = fault }, new RefundDenied { Refund = refund });

        Assert.Empty(await house.ToldOf(refund.Refund));
    }
}
