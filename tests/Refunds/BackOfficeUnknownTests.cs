using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Rides that are ended and vehicles that are locked when the back office does not answer, or a stop
/// comes.</summary>
public sealed class BackOfficeUnknownTests
{
    private const int Many = 8;

    [Theory]
    [InlineData(RefundAction.EndRide, "timeout_before", 2)]
    [InlineData(RefundAction.EndRide, "timeout_after_success", 1)]
    [InlineData(RefundAction.LockVehicle, "timeout_before", 2)]
    [InlineData(RefundAction.LockVehicle, "timeout_after_success", 1)]
    public async Task An_act_without_an_amount_whose_reply_is_lost_is_asked_for_by_its_key_and_done_once(
        RefundAction action,
        string fault,
        int attempts
    )
    {
        await using var house = await OpenWithEveryAction();
        var (ride, vehicle) = (await Riding(house), await Standing(house));
        var subject = action == RefundAction.EndRide ? ride : vehicle;
        await house.Gateway.Post("/simulator/faults", $$"""{"subject":"{{subject}}","kind":"{{fault}}","times":1}""");

        var refund = await house.Rpc.CreateRefundAsync(
            action == RefundAction.EndRide ? EndingRide(ride) : LockingVehicle(vehicle),
            house.AsAgent
        );
        await house.Until(refund.Name, RefundState.Unconfirmed, TimeSpan.FromSeconds(1));
        Assert.NotEqual(0L, (await house.Held()).Count);
        var settled = await house.Until(refund.Name, RefundState.Settled, TimeSpan.FromSeconds(1));

        Assert.Equal(attempts, settled.AttemptCount);
        Assert.Equal(subject, Assert.Single(await house.Acts(refund)).Subject);
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        Assert.Equal(
            ["refund-" + refund.Name.Split('/')[^1]],
            await house.Rows<string>("""SELECT DISTINCT gateway_key FROM refund_attempt""")
        );
    }

    [Fact]
    public async Task A_stop_beside_rides_that_are_ended_and_vehicles_that_are_locked_is_before_or_after_each()
    {
        await using var house = await Open();
        var delegation = await house.Grant(asked =>
        {
            asked.Clauses[0].Actions.Clear();
            asked.Clauses[0].Actions.AddRange([RefundAction.EndRide, RefundAction.LockVehicle]);
            asked.Budgets.AddRange([CountOf(BudgetDimension.Agent), CountOf(BudgetDimension.Vehicle)]);
        });
        var rides = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Riding(house)));
        var vehicles = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Standing(house)));

        // Each ride is asked for twice, by two people at once.
        var requests = rides
            .SelectMany(ride => new[] { (EndingRide(ride), house.AsAgent), (EndingRide(ride), house.AsLead) })
            .Concat(vehicles.Select(vehicle => (LockingVehicle(vehicle), house.AsAgent)));
        var asked = requests.Select(one => house.Rpc.CreateRefundAsync(one.Item1, one.Item2).ResponseAsync).ToList();
        var beside = rides
            .Select(ride => house.Deliver(house.RideOf(ride, meters: 950, ended: false, revision: 2)))
            .Append(house.Enrol(house.Agent, MemberRole.Agent));
        await asked[0];
        var stop = house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        await Task.WhenAll([.. asked, .. beside, stop.ResponseAsync]);

        var settled = 0;
        foreach (var one in asked)
        {
            var refund = await Ended(house, await one);
            settled += refund.State == RefundState.Settled ? 1 : 0;
            Assert.Equal(refund.State == RefundState.Settled ? 1 : 0, (await house.Acts(refund)).Count);
            // What a stop withdrew was never sent.
            Assert.True(refund.State != RefundState.Withdrawn || refund.AttemptCount == 0);
        }

        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        Assert.Equal(
            [(long)settled],
            await house.Rows<long>(
                """SELECT coalesce(sum(count), 0)::bigint FROM budget_counter WHERE budget = @agent""",
                new { agent = CountOf(BudgetDimension.Agent).Id }
            )
        );
        Assert.Equal(
            [0L],
            await house.Rows<long>("""SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()""")
        );
    }

    private static Mobility.Refunds.V1.Budget CountOf(BudgetDimension dimension) =>
        new()
        {
            Id = $"each-{(int)dimension}",
            Dimension = dimension,
            Window = BudgetWindow.CalendarDay,
            LimitCount = 1_000,
        };

    private static async Task<string> Riding(RefundsHouse house)
    {
        var ride = house.RideOf(NewRide(), meters: 900, ended: false);
        await house.Deliver(ride);
        return ride.Ride;
    }

    private static async Task<string> Standing(RefundsHouse house)
    {
        var vehicle = $"{Parent}/vehicles/{NewId()}";
        await house.Deliver(
            new VehicleChanged
            {
                Vehicle = vehicle,
                Revision = 1,
                Product = "scooter",
                PrintedCode = "GN-" + NewId()[^6..],
                State = VehicleState.Available,
            }
        );
        return vehicle;
    }

    private static async Task<Refund> Ended(RefundsHouse house, Refund refund)
    {
        await Poll.Until(
            async () =>
            {
                house.Service.Clock.Advance(TimeSpan.FromMilliseconds(10));
                refund = await house.Get(refund.Name);
                return refund.State
                    is RefundState.Settled
                        or RefundState.Failed
                        or RefundState.Denied
                        or RefundState.Withdrawn;
            },
            what: $"the end of {refund.Name}"
        );
        return refund;
    }
}
