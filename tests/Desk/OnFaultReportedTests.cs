using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnFaultReportedTests
{
    [Theory]
    [InlineData(Grounding.Held)]
    [InlineData(Grounding.Grounded)]
    public async Task One_that_endangers_somebody_opens_a_case_and_its_rider_hears_that_it_came(Grounding grounding)
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault(grounding);

        await house.Apply(new FaultReported { Fault = fault });

        var opened = await house.CaseOf(fault.Fault);
        Assert.Equal(
            (CaseKind.Fault, CaseChannel.App, CaseState.Open, house.Rider, fault.Ride, fault.Vehicle),
            (opened.Kind, opened.Channel, opened.State, opened.Rider, opened.Ride, opened.Vehicle)
        );
        Assert.Equal(["fault-received"], await house.ToldOf(fault.Fault));
        Assert.DoesNotContain(opened.Log, entry => entry.Kind == CaseLogKind.Answered);
    }

    [Fact]
    public async Task A_harmless_one_is_on_the_crews_list_only_and_its_rider_hears_that_it_came()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault(Grounding.None);

        await house.Apply(new FaultReported { Fault = fault });

        Assert.Equal(0L, Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM cases""")));
        Assert.Equal(["fault-received"], await house.ToldOf(fault.Fault));
    }

    [Fact]
    public async Task Whoever_has_no_account_has_no_inbox()
    {
        await using var house = await OpenStaffed();
        var fault = house.Fault();
        fault.Reporter = "";

        await house.Apply(new FaultReported { Fault = fault });

        Assert.Empty(await house.ToldOf(fault.Fault));
        Assert.Equal(CaseChannel.System, (await house.CaseOf(fault.Fault)).Channel);
    }

    [Fact]
    public async Task A_whole_life_with_a_refund_leaves_the_same_rows_in_every_order()
    {
        await using var house = await Open();
        var fault = house.Fault();
        var denied = house.SystemRefund(Mobility.Refunds.V1.RefundState.Denied, fault.Fault);

        var rows = await house.InEveryOrder(
            new FaultReported { Fault = fault },
            new FaultConfirmed { Fault = Later(fault, FaultState.Confirmed, 2) },
            new FaultResolved { Fault = Later(fault, FaultState.Resolved, 3) },
            new Mobility.Refunds.V1.RefundDenied { Refund = denied }
        );

        Assert.Equal(1, rows.Count(row => row.StartsWith("case", StringComparison.Ordinal)));
        Assert.Equal(3, rows.Count(row => row.StartsWith("told", StringComparison.Ordinal)));
    }
}
