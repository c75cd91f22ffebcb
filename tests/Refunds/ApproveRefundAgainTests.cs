using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Each approval decides anew: what was right at the request and is no more does not go.</summary>
public sealed class ApproveRefundAgainTests
{
    [Fact]
    public async Task A_requester_who_was_suspended_since_gets_nothing()
    {
        await using var house = await OpenWithTiers();
        var asked = await house.AskForLead();
        await house.Enrol(house.Agent, MemberRole.Agent, state: MemberState.Suspended);

        await Denied(house, asked, "MEMBER_SUSPENDED");
    }

    [Fact]
    public async Task A_delegation_that_ran_out_since_allows_nothing()
    {
        await using var house = await Open();
        await house.GrantTiers(asked => asked.ExpireTime = (house.Now + TimeSpan.FromHours(1)).ToTimestamp());
        var asked = await house.AskForLead();
        house.Service.Clock.Advance(TimeSpan.FromHours(1));

        await Denied(house, asked, "DELEGATION_EXPIRED");
    }

    [Fact]
    public async Task Evidence_that_no_longer_holds_denies()
    {
        await using var house = await OpenWithTiers();
        var payment = await house.Pay(50_000);
        await house.Deliver(house.RideOf(payment.Ride));
        var asked = await house.Ask(payment, 20_000, "UNLOCK_FAILED");
        Assert.Equal(RefundState.AwaitingApproval, asked.State);
        await house.Deliver(house.RideOf(payment.Ride, meters: 2_000, revision: 2));

        await house.Refused(
            StatusCode.FailedPrecondition,
            "APPROVAL_OUTDATED",
            () => house.Approve(asked, house.AsLead)
        );
        await Denied(house, await house.Get(asked.Name), "RIDE_RECORD_CONTRADICTS");
    }

    [Fact]
    public async Task Who_agreed_to_other_evidence_has_agreed_to_nothing_and_is_asked_anew()
    {
        await using var house = await OpenWithTiers();
        var payment = await house.Pay(90_000);
        await house.Deliver(house.RideOf(payment.Ride, meters: 700));
        var waiting = await house.Approve(await house.Ask(payment, 60_000), house.AsLead);
        Assert.Empty(waiting.ChangedParts);
        // The record of the ride is put right; it suffices as before.
        await house.Deliver(house.RideOf(payment.Ride, meters: 900, revision: 2));

        var error = await Assert.ThrowsAsync<RpcException>(() => house.Approve(waiting, house.AsOfficer));
        Assert.Equal("APPROVAL_OUTDATED", TestService.ReasonOf(error));
        var seen = Assert.Single(await house.Refunds(payment.Ride));
        Assert.Equal(["evidence"], seen.ChangedParts);
        var atLead = await house.Approve(seen, house.AsOfficer);
        Assert.Equal((RefundState.AwaitingApproval, MemberRole.Lead), (atLead.State, atLead.AwaitedRole));
        Assert.Equal((["evidence"], seen.RequestHash), (atLead.ChangedParts, atLead.RequestHash));
        var approved = await house.Approve(seen, house.AsLead);

        Assert.Equal((RefundState.Approved, 0), (approved.State, approved.ChangedParts.Count));
        Assert.Equal(
            [(house.Lead, waiting.RequestHash), (house.Officer, seen.RequestHash), (house.Lead, seen.RequestHash)],
            approved.Approvals.Select(one => (one.Person, one.RequestHash))
        );
        Assert.Equal(4, await LeafReplay.Agrees(house.Service.Db, TestIssuer.Client));
    }

    [Fact]
    public async Task Evidence_that_changed_back_counts_for_who_saw_it_and_not_for_who_saw_the_other()
    {
        await using var house = await OpenWithTiers();
        var payment = await house.Pay(50_000);
        var record = house.RideOf(payment.Ride, meters: 700);
        await house.Deliver(record);
        var asked = await house.Ask(payment, 20_000);
        (record.DistanceMeters, record.Revision) = (900, 2);
        await house.Deliver(record);
        var other = await house.Get(asked.Name);
        (record.DistanceMeters, record.Revision) = (700, 3);
        await house.Deliver(record);

        await house.Refused(
            StatusCode.FailedPrecondition,
            "APPROVAL_OF_ANOTHER_REQUEST",
            () => house.Approve(other, house.AsLead)
        );
        Assert.Equal(RefundState.Approved, (await house.Approve(asked, house.AsLead)).State);
    }

    [Fact]
    public async Task A_successor_of_a_delegation_that_ran_out_decides_and_holds_in_its_own_budgets()
    {
        await using var house = await Open();
        var end = house.Now + TimeSpan.FromHours(1);
        var first = await house.GrantTiers(asked => asked.ExpireTime = end.ToTimestamp());
        var asked = await house.AskForLead();
        var second = await house.GrantTiers(next =>
        {
            next.StartTime = end.ToTimestamp();
            next.ExpireTime = (end + TimeSpan.FromDays(7)).ToTimestamp();
            next.Budgets[0].LimitAmount = Won(25_000);
        });
        house.Service.Clock.Advance(TimeSpan.FromHours(1));

        var seen = await house.Get(asked.Name);
        Assert.Equal(["policy"], seen.ChangedParts);
        await house.Refused(
            StatusCode.FailedPrecondition,
            "APPROVAL_OUTDATED",
            () => house.Approve(asked, house.AsLead)
        );
        var approved = await house.Approve(seen, house.AsLead);

        Assert.Equal((RefundState.Approved, second.Name), (approved.State, approved.Decision.Delegation));
        await house.Until(asked.Name, RefundState.Settled);
        Assert.Equal(
            [(IdOf(first.Name), 0L, 0L), (IdOf(second.Name), 20_000L, 1L)],
            await house.Rows<(Guid, long, long)>(
                """
                SELECT delegation_id, amount, count FROM budget_counter WHERE budget = 'daily' ORDER BY amount
                """
            )
        );
    }

    [Fact]
    public async Task Where_a_successor_decides_the_budgets_of_before_are_locked_before_the_payment()
    {
        await using var house = await Open();
        var end = house.Now + TimeSpan.FromHours(1);
        await house.GrantTiers(asked => asked.ExpireTime = end.ToTimestamp());
        var asked = await house.AskForLead();
        await house.GrantTiers(next =>
        {
            next.StartTime = end.ToTimestamp();
            next.ExpireTime = (end + TimeSpan.FromDays(7)).ToTimestamp();
        });
        house.Service.Clock.Advance(TimeSpan.FromHours(1));
        // As the end of another refund's hold does, which wants the payment next.
        await using var settling = await Stopper.Lock(house, """SELECT 1 FROM budget_counter FOR NO KEY UPDATE""");
        var approved = house.Approve(asked, house.AsLead);
        await settling.UntilAwaited();

        Assert.Equal(1, await settling.Run("""SELECT 1 FROM payment FOR NO KEY UPDATE NOWAIT"""));

        await settling.DisposeAsync();
        Assert.Equal(RefundState.Approved, (await approved).State);
    }

    [Fact]
    public async Task What_waits_over_midnight_stays_held_on_the_day_it_was_asked_for()
    {
        await using var house = await Open();
        await house.GrantTiers(asked => asked.Budgets[0].LimitAmount = Won(20_000));
        var asked = await house.AskForLead();
        house.Service.Clock.Advance(TimeSpan.FromHours(20));

        // The new day's budget is its own, and the old day's is full still.
        var other = await house.Ask(await house.Pay(), 5_000);
        await house.Until(other.Name, RefundState.Settled);
        Assert.Equal(RefundState.Approved, (await house.Approve(asked, house.AsLead)).State);
        await house.Until(asked.Name, RefundState.Settled);

        Assert.Equal(
            [20_000L, 5_000L],
            await house.Rows<long>("""SELECT amount FROM budget_counter WHERE budget = 'daily' ORDER BY bucket""")
        );
    }

    [Fact]
    public async Task The_decision_of_each_step_is_stored_with_its_facts_and_comes_out_the_same_again()
    {
        await using var house = await OpenWithTiers();
        var asked = await house.AskForOfficer();
        await house.Approve(asked, house.AsOfficer);

        var steps = await house.Rows<(string Decision, string Facts)>(
            """SELECT decision, facts FROM approval ORDER BY step"""
        );

        Assert.Equal(2, steps.Count);
        var policy = Policy.FromJson((await house.Rows<string>("""SELECT policy::text FROM delegation"""))[0]);
        Assert.Equal(
            [DecisionOutcome.NeedsApproval, DecisionOutcome.Allowed],
            steps.Select(step =>
            {
                var stored = Google.Protobuf.JsonParser.Default.Parse<Mobility.Refunds.V1.Decision>(step.Decision);
                var again = RefundRules.Decide(policy, RefundFacts.FromJson(step.Facts), ReasonCatalogue.Current);
                Assert.Equal(stored.Clause, again.Clause);
                Assert.Equal(stored.Outcome == DecisionOutcome.Allowed, again.Allowed);
                return stored.Outcome;
            })
        );
    }

    private static async Task Denied(RefundsHouse house, Refund asked, string code)
    {
        var denied = await house.Approve(asked, house.AsLead);

        Assert.Equal((RefundState.Denied, DecisionOutcome.Denied), (denied.State, denied.Decision.Outcome));
        Assert.Contains(code, denied.Decision.FailedConditions.Select(failed => failed.Code));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        var (type, data) = (await house.Service.Events())[^1];
        Assert.Equal(RefundDenied.Descriptor.FullName, type);
        Assert.Contains(code, data, StringComparison.Ordinal);
        Assert.Equal([0L], await house.Rows<long>("""SELECT sum(amount)::bigint FROM ledger_entry"""));
    }

    private static Guid IdOf(string name) => Guid.Parse(name[(name.LastIndexOf('/') + 1)..]);
}
