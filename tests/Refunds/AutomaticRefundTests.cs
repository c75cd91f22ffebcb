using Mobility.Faults.V1;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Budget = Mobility.Refunds.V1.Budget;

namespace Mobility.Tests.Refunds;

public sealed class AutomaticRefundTests(OneRefundsGranted one) : IClassFixture<OneRefundsGranted>
{
    [Fact]
    public async Task A_ride_that_never_ran_is_paid_back_whole_with_nobody_in_between()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(3_000);
        await house.Deliver(house.RideOf(payment.Ride, unlocked: false, ended: false));
        await house.Deliver(house.FaultOn(payment.Ride));

        var refund = Assert.Single(await house.Refunds(payment.Ride));

        Assert.Equal(("system", "UNLOCK_FAILED", Won(3_000)), (refund.RequestedBy, refund.Reason, refund.Amount));
        Assert.Equal("automatic", refund.Decision.Clause);
        await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal(0, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task Facts_in_every_order_each_thrice_end_in_the_same_rows()
    {
        await using var house = await OpenWithDelegation();
        var ends = new HashSet<string>(StringComparer.Ordinal);

        foreach (var order in FactOrders.Of(4))
        {
            var facts = new FactOrders(house);
            await facts.Bring(order);
            ends.Add(await facts.Rows());
        }

        Assert.StartsWith("Settled System 3000 UNLOCK_FAILED system", Assert.Single(ends), StringComparison.Ordinal);
        Assert.Equal([24L], await house.Rows<long>("""SELECT count(*) FROM refund"""));
    }

    [Fact]
    public async Task A_contradicted_claim_is_denied_in_every_order_with_what_the_record_shows()
    {
        await using var house = await OpenWithDelegation();
        var ends = new HashSet<string>(StringComparer.Ordinal);

        foreach (var order in FactOrders.Of(3))
        {
            var facts = new FactOrders(house) { Meters = 1_240 };
            await facts.Bring([.. order, 3]);
            ends.Add(await facts.Rows());
        }

        Assert.Contains("1,240 m", Assert.Single(ends), StringComparison.Ordinal);
        Assert.Empty(await house.Rows<string>("""SELECT kind FROM ledger_entry"""));
    }

    [Fact]
    public async Task Facts_that_commit_at_the_same_time_trigger_one_refund()
    {
        await using var house = await OpenWithDelegation();
        var rides = Enumerable.Range(0, 15).Select(_ => new FactOrders(house)).ToList();

        await Task.WhenAll(rides.SelectMany(ride => ride.Facts()).Select(bring => bring()));

        foreach (var ride in rides)
        {
            Assert.Single(await house.Refunds(ride.Ride));
        }
    }

    [Fact]
    public async Task Two_facts_that_cannot_see_each_other_yet_still_trigger()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(3_000);
        var brought = new TaskCompletionSource();
        var commit = new TaskCompletionSource();
        var record = house.Service.Db.InTransaction(
            TestIssuer.Client,
            async tx =>
            {
                await OnRideRecorded.Handle(house.RideOf(payment.Ride), tx);
                brought.SetResult();
                await commit.Task;
                return true;
            },
            CancellationToken.None
        );
        await brought.Task;

        var report = house.Deliver(house.FaultOn(payment.Ride));
        using var deadline = new CancellationTokenSource(Poll.Patience);
        while (!report.IsCompleted && await Waiting(house) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
        }
        commit.SetResult();
        await Task.WhenAll(record, report);

        Assert.Single(await house.Refunds(payment.Ride));
    }

    [Theory]
    [InlineData(UnlockOutcome.Unspecified, 1_240)]
    [InlineData((UnlockOutcome)99, 1_240)]
    [InlineData((UnlockOutcome)99, 0)]
    public async Task A_record_that_does_not_say_that_the_lock_stayed_shut_is_no_proof(
        UnlockOutcome outcome,
        long meters
    )
    {
        await using var house = await Open(one);
        var payment = await house.Pay(3_000);
        var record = house.RideOf(payment.Ride, meters, ended: false);
        record.UnlockOutcome = outcome;
        await house.Deliver(record);
        await house.Deliver(house.FaultOn(payment.Ride));

        Assert.DoesNotContain(await house.Refunds(payment.Ride), refund => refund.State != RefundState.Denied);
    }

    [Theory]
    [InlineData("another rider's report")]
    [InlineData("another category")]
    [InlineData("a rejected report")]
    [InlineData("no report")]
    [InlineData("a report of no ride")]
    [InlineData("no record")]
    [InlineData("a ride that still runs")]
    [InlineData("no payment")]
    public async Task Nothing_happens_with(string missing)
    {
        await using var house = await Open(one);
        var before = await house.Refunds();
        var ride = NewRide();
        var fault = house.FaultOn(ride);
        switch (missing)
        {
            case "another rider's report":
                fault.Reporter = NewRider();
                break;
            case "another category":
                fault.Category = "BRAKE_FAILURE";
                break;
            case "a rejected report":
                fault.State = FaultState.Rejected;
                break;
            case "a report of no ride":
                fault.Ride = "";
                break;
        }
        if (missing != "no payment")
        {
            await house.Pay(3_000, ride);
        }
        if (missing != "no record")
        {
            await house.Deliver(house.RideOf(ride, ended: missing != "a ride that still runs"));
        }
        if (missing != "no report")
        {
            await house.Deliver(fault);
        }

        Assert.Equal(before, await house.Refunds());
    }

    [Fact]
    public async Task A_ride_that_ran_on_after_the_report_is_denied_when_its_record_ends()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(3_000);
        await house.Deliver(house.FaultOn(payment.Ride));
        await house.Deliver(house.RideOf(payment.Ride, ended: false));
        Assert.Empty(await house.Refunds());

        await house.Deliver(house.RideOf(payment.Ride, meters: 300, revision: 2));

        var refund = Assert.Single(await house.Refunds());
        Assert.Equal(RefundState.Denied, refund.State);
        Assert.Contains("RIDE_RECORD_CONTRADICTS", refund.Decision.FailedConditions.Select(failed => failed.Code));
    }

    [Fact]
    public async Task A_ride_is_tried_once_whatever_its_record_becomes()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(3_000);
        await house.Deliver(house.RideOf(payment.Ride, meters: 300));
        await house.Deliver(house.FaultOn(payment.Ride));

        await house.Deliver(house.RideOf(payment.Ride, meters: 0, revision: 2));
        await house.Deliver(house.FaultOn(payment.Ride));

        Assert.Equal(RefundState.Denied, Assert.Single(await house.Refunds()).State);
    }

    [Fact]
    public async Task What_an_agent_already_gave_back_is_not_given_twice()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(3_000);
        await house.Ask(payment, 2_000);

        await house.Deliver(house.RideOf(payment.Ride));
        await house.Deliver(house.FaultOn(payment.Ride));

        var automatic = (await house.Refunds()).Single(refund => refund.RequestedBy == "system");
        Assert.Equal(Won(1_000), automatic.Amount);
        await house.Until(automatic.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));
        Assert.Equal(0, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(3_000)]
    public async Task What_an_agent_gives_back_while_it_waits_for_the_delegation_leaves_the_rest(long byAgent)
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(3_000);
        await house.Deliver(house.RideOf(payment.Ride));
        await using var stopper = await Stopper.Lock(house);
        var asked = house.Ask(payment, byAgent);
        await stopper.UntilAwaited();
        var reported = house.Deliver(house.FaultOn(payment.Ride));
        await stopper.UntilAwaited(2);
        await stopper.DisposeAsync();
        await Task.WhenAll(asked, reported);

        var rest = (await house.Refunds()).Where(refund => refund.RequestedBy == "system").ToList();

        Assert.Equal(byAgent < 3_000 ? [Won(3_000 - byAgent)] : [], rest.Select(refund => refund.Amount));
        foreach (var refund in rest.Append(await asked))
        {
            await house.Until(refund.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));
        }
        Assert.Equal(0, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task A_weekly_count_for_each_customer_stops_the_third()
    {
        await using var house = await Open();
        await house.Grant(asked =>
            asked.Budgets.Add(
                new Budget
                {
                    Id = "customer-week",
                    Dimension = BudgetDimension.Customer,
                    Window = BudgetWindow.CalendarWeek,
                    LimitCount = 2,
                    Actors = { Actor.System },
                }
            )
        );
        for (var n = 0; n < 3; n++)
        {
            await new FactOrders(house).Bring([0, 1, 2]);
        }
        await house.Ask(await house.Pay(), 1_000);

        var refunds = await house.Refunds();

        var denied = Assert.Single(refunds, refund => refund.State == RefundState.Denied);
        Assert.Equal("BUDGET_COUNT_EXCEEDED", Assert.Single(denied.Decision.FailedConditions).Code);
        Assert.Equal(4, refunds.Count);
    }

    [Fact]
    public async Task Without_a_delegation_the_claim_is_denied_and_kept()
    {
        await using var house = await Open();

        await new FactOrders(house).Bring([0, 1, 2]);

        var refund = Assert.Single(await house.Refunds());
        Assert.Equal("DELEGATION_MISSING", Assert.Single(refund.Decision.FailedConditions).Code);
        Assert.Equal(["client_officer"], refund.Decision.AllowedBy);
    }

    /// <summary>Transactions of this house's database that wait for a lock.</summary>
    private static async Task<long> Waiting(RefundsHouse house) =>
        (
            await house.Rows<long>(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """
            )
        )[0];
}
