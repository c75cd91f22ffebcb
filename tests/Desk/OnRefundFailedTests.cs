using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundFailedTests
{
    [Theory]
    [InlineData("system")]
    [InlineData(null)]
    public async Task It_waits_for_a_person_whoever_asked_for_it(string? requestedBy)
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.Failed, requestedBy);

        await house.Apply(new RefundFailed { Refund = refund });

        var open = await house.CaseOf(refund.Refund);
        Assert.Equal((CaseState.Open, true), (open.State, Assert.Single(open.Parts).Open));
    }

    [Fact]
    public async Task Who_asked_hears_so_once_and_a_person_alone_closes_it_for_good()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund(RefundState.Dispatching);
        var failed = new RefundFailed { Refund = Later(refund, RefundState.Failed, 3) };
        await house.Apply(new RefundApproved { Refund = refund }, failed, failed);
        Assert.Equal(["refund-failed"], await house.ToldOf(refund.Refund));

        // That somebody looks at it is no answer yet: the first clock runs on.
        var open = await house.CaseOf(refund.Refund);
        Assert.DoesNotContain(open.Log, entry => entry.Kind == CaseLogKind.Answered);
        await house.Close(open.Name);
        await house.Apply(failed, new RefundApproved { Refund = refund });

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
        Assert.Equal(["refund-failed"], await house.ToldOf(refund.Refund));
    }

    [Fact]
    public async Task Another_part_that_ends_does_not_close_the_case_with_it()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault();
        var refund = house.Refund(RefundState.Failed);
        refund.Fault = fault.Fault;

        await house.Apply(
            new FaultReported { Fault = fault },
            new RefundFailed { Refund = refund },
            new FaultResolved { Fault = Later(fault, FaultState.Resolved, 2) }
        );

        var open = await house.CaseOf(refund.Refund);
        Assert.Equal(CaseState.Open, open.State);
        Assert.Equal([refund.Refund], open.Parts.Where(part => part.Open).Select(part => part.Name));
        Assert.Equal(CaseState.Closed, (await house.Close(open.Name)).State);
    }
}
