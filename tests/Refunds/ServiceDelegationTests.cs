using Google.Protobuf.WellKnownTypes;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Delegation = Mobility.Refunds.V1.Delegation;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Under which delegation the service itself acts when a client grants more than one vendor.</summary>
public sealed class ServiceDelegationTests
{
    [Fact]
    public async Task Of_those_in_force_that_permit_it_the_oldest_is_drawn_on()
    {
        await using var house = await Open();
        await Grant(house, "vendors/silent", servesSystem: false);
        var oldest = await Grant(house, "vendors/first");
        await Grant(house, "vendors/second");

        var refund = await Ask(house);

        // It may have settled by now.
        Assert.NotEqual(RefundState.Denied, refund.State);
        Assert.Equal(oldest.Name, refund.Decision.Delegation);
    }

    [Fact]
    public async Task One_in_force_that_permits_it_comes_before_an_older_one_that_does_not()
    {
        await using var house = await Open();
        await Grant(house, "vendors/silent", servesSystem: false);
        await Stop(house, await Grant(house, "vendors/first"));
        var serving = await Grant(house, "vendors/second");

        Assert.Equal(serving.Name, (await Ask(house)).Decision.Delegation);
    }

    [Fact]
    public async Task With_none_in_force_the_denial_says_what_became_of_the_youngest()
    {
        await using var house = await Open();
        await Grant(house, "vendors/first", hours: 1);
        var youngest = await Grant(house, "vendors/second");
        await Stop(house, youngest);
        house.Service.Clock.Advance(TimeSpan.FromHours(2));

        Denied(await Ask(house), youngest, "DELEGATION_REVOKED");
    }

    [Fact]
    public async Task With_none_in_force_one_that_permitted_it_comes_before_a_younger_one_that_never_did()
    {
        await using var house = await Open();
        var serving = await Grant(house, "vendors/first", hours: 1);
        await Stop(house, await Grant(house, "vendors/silent", servesSystem: false));
        house.Service.Clock.Advance(TimeSpan.FromHours(2));

        Denied(await Ask(house), serving, "DELEGATION_EXPIRED");
    }

    private static void Denied(Refund refund, Delegation by, string code)
    {
        Assert.Equal((RefundState.Denied, by.Name), (refund.State, refund.Decision.Delegation));
        Assert.Contains(code, refund.Decision.FailedConditions.Select(failed => failed.Code));
    }

    /// <summary>A delegation, a second after the one before it.</summary>
    private static async Task<Delegation> Grant(
        RefundsHouse house,
        string vendor,
        bool servesSystem = true,
        double hours = 100
    )
    {
        house.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        return await house.Grant(asked =>
        {
            asked.Vendor = vendor;
            asked.ExpireTime = (house.Now + TimeSpan.FromHours(hours)).ToTimestamp();
            _ = servesSystem || asked.Clauses.Remove(asked.Clauses[1]);
        });
    }

    private static async Task Stop(RefundsHouse house, Delegation delegation) =>
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);

    /// <summary>What the service asks for a ride that never ran.</summary>
    private static async Task<Refund> Ask(RefundsHouse house)
    {
        await new FactOrders(house).Bring([0, 1, 2]);
        return (await house.Refunds())[0];
    }
}
