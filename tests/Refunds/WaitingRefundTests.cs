using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Refunds that wait: how the wait ends, who may act in which state, and what happens at once.</summary>
public sealed class WaitingRefundTests
{
    [Fact]
    public async Task After_24_hours_nobody_may_agree_any_more_and_what_was_held_is_free_again()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForLead();
        house.Service.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(RefundState.AwaitingApproval, (await house.Get(waiting.Name)).State);

        house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var late = await Assert.ThrowsAsync<RpcException>(() => house.Approve(waiting, house.AsLead));
        await house.Until(waiting.Name, RefundState.Expired, TimeSpan.FromSeconds(1));

        Assert.Equal("REFUND_EXPIRED", TestService.ReasonOf(late));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        Assert.Equal(RefundExpired.Descriptor.FullName, (await house.Service.Events())[^1].Type);
        await house.Refused(
            StatusCode.FailedPrecondition,
            "REFUND_EXPIRED",
            () => house.Approve(waiting, house.AsLead)
        );
        await house.Refused(
            StatusCode.FailedPrecondition,
            "REFUND_EXPIRED",
            () => house.Decline(waiting, house.AsLead)
        );
        await house.Refused(StatusCode.FailedPrecondition, "REFUND_EXPIRED", () => house.Withdraw(waiting));
    }

    [Fact]
    public async Task A_stop_withdraws_what_waits_at_every_step_and_frees_what_was_held()
    {
        await using var house = await Open();
        var delegation = await house.GrantTiers();
        var (atLead, atOfficer) = (await house.AskForLead(), await house.AskForOfficer());
        Assert.Equal((80_000L, 0L, 80_000L, 2L), await house.Held());

        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);

        await house.Until(atLead.Name, RefundState.Withdrawn);
        await house.Until(atOfficer.Name, RefundState.Withdrawn);
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        await house.Refused(
            StatusCode.FailedPrecondition,
            "REFUND_NOT_AWAITING",
            () => house.Approve(atLead, house.AsLead)
        );
        // A new grant brings nothing back.
        await house.GrantTiers();
        Assert.Equal(RefundState.Withdrawn, (await house.Get(atLead.Name)).State);
    }

    [Fact]
    public async Task Two_officers_at_once_have_one_effect()
    {
        await using var house = await OpenWithTiers();
        var other = await house.Another(MemberRole.ClientOfficer);
        for (var round = 0; round < 5; round++)
        {
            var waiting = await house.AskForOfficer();

            var replies = await Task.WhenAll(
                Try(() => house.Approve(waiting, house.AsOfficer)),
                Try(() => house.Approve(waiting, other))
            );

            Assert.Equal(["", "REFUND_NOT_AWAITING"], replies.Order(StringComparer.Ordinal));
            var settled = await house.Until(waiting.Name, RefundState.Settled);
            Assert.Equal((2, 1), (settled.Approvals.Count, settled.AttemptCount));
        }
        Assert.Equal((0L, 300_000L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task An_approval_beside_a_refusal_and_a_withdrawal_has_one_end()
    {
        await using var house = await OpenWithTiers();
        for (var round = 0; round < 5; round++)
        {
            var waiting = await house.AskForLead();

            var replies = await Task.WhenAll(
                Try(() => house.Approve(waiting, house.AsLead)),
                Try(() => house.Decline(waiting, house.AsOfficer)),
                Try(() => house.Withdraw(waiting))
            );

            Assert.Equal(["", "REFUND_NOT_AWAITING", "REFUND_NOT_AWAITING"], replies.Order(StringComparer.Ordinal));
        }
        Assert.Equal([0L], await house.Rows<long>("""SELECT sum(amount)::bigint FROM ledger_entry"""));
    }

    [Fact]
    public async Task An_approval_beside_a_stop_is_either_before_it_or_withdrawn()
    {
        await using var house = await Open();
        for (var round = 0; round < 5; round++)
        {
            var delegation = await house.GrantTiers();
            var waiting = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => house.AskForLead()));

            var approvals = Task.WhenAll(waiting.Select(refund => Try(() => house.Approve(refund, house.AsLead))));
            await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
            await approvals;

            foreach (var refund in waiting)
            {
                await Ended(house, refund);
            }
        }
        // Nothing was sent after the stop, nothing is held, nothing counts twice.
        Assert.Empty(
            await house.Rows<Guid>(
                """
                SELECT a.refund_id FROM refund_attempt a
                JOIN refund r ON r.client_id = a.client_id AND r.refund_id = a.refund_id
                JOIN delegation d ON d.client_id = r.client_id AND d.delegation_id = r.delegation_id
                WHERE r.state = 'Withdrawn'
                """
            )
        );
        var (held, settled, inBudgets, count) = await house.Held();
        Assert.Equal((0L, 0L, 0L), (held, inBudgets, count));
        Assert.Equal(
            [settled],
            await house.Rows<long>("""SELECT coalesce(sum(amount), 0)::bigint FROM refund WHERE state = 'Settled'""")
        );
        Assert.Equal(
            [0L],
            await house.Rows<long>("""SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()""")
        );
    }

    [Fact]
    public async Task Two_that_wait_cannot_both_fit_where_one_does()
    {
        await using var house = await Open();
        await house.GrantTiers(asked => asked.Budgets[0].LimitAmount = Won(30_000));

        var first = await house.AskForLead();
        var second = await house.AskForLead();

        Assert.Equal((RefundState.AwaitingApproval, RefundState.Denied), (first.State, second.State));
        Assert.Contains("BUDGET_AMOUNT_EXCEEDED", second.Decision.FailedConditions.Select(failed => failed.Code));
        await house.Decline(first, house.AsLead);
        Assert.Equal(RefundState.AwaitingApproval, (await house.AskForLead()).State);
    }

    [Fact]
    public async Task In_every_state_but_waiting_every_action_of_people_is_refused_with_its_reason()
    {
        await using var house = await OpenWithTiers();
        var refund = await house.AskForLead();
        var others = Enum.GetValues<RefundState>()
            .Where(state =>
                state is not (RefundState.Unspecified or RefundState.AwaitingApproval or RefundState.AwaitingEvidence)
            );
        foreach (var state in others)
        {
            await house.Rows<int>(
                """
                UPDATE refund SET state = @State, awaited_role = '', expire_time = NULL, next_time = NULL,
                    gateway_transaction_key = 'key', settle_time = create_time,
                    replaced_by = CASE WHEN @State = 'Closed' THEN refund_id END
                WHERE client_id <> '' RETURNING 1
                """,
                new { State = state.ToString() }
            );
            var reason = state == RefundState.Expired ? "REFUND_EXPIRED" : "REFUND_NOT_AWAITING";
            await house.Refused(StatusCode.FailedPrecondition, reason, () => house.Approve(refund, house.AsLead));
            await house.Refused(StatusCode.FailedPrecondition, reason, () => house.Decline(refund, house.AsLead));
            await house.Refused(StatusCode.FailedPrecondition, reason, () => house.Withdraw(refund));
        }
    }

    [Fact]
    public async Task A_quote_says_who_has_to_agree_and_what_needs_nobody()
    {
        await using var house = await OpenWithTiers();
        var payment = await house.Pay(90_000);
        var question = new QuoteRefundRequest { Parent = Parent, Refund = Asking(payment, 60_000).Refund };

        var byAgent = (await house.Rpc.QuoteRefundAsync(question, house.AsAgent)).Decision;
        var byLead = (await house.Rpc.QuoteRefundAsync(question, house.AsLead)).Decision;

        Assert.Equal((DecisionOutcome.NeedsApproval, "officer-agrees"), (byAgent.Outcome, byAgent.Clause));
        Assert.Equal(["lead", "client_officer"], byAgent.AllowedBy);
        Assert.Equal("TIER_NEEDS_APPROVAL", Assert.Single(byAgent.FailedConditions).Code);
        Assert.Equal(Won(10_000), byAgent.AllowedAmount);
        Assert.Equal(Won(940_000), Assert.Single(byAgent.Balances).LeftAmount);
        Assert.Equal(["client_officer"], byLead.AllowedBy);
    }

    [Fact]
    public async Task What_the_machine_asks_may_wait_for_people_too()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[1].Tier = Tier.T1);
        var payment = await house.Pay(5_000);
        await house.Deliver(house.RideOf(payment.Ride));
        await house.Deliver(house.FaultOn(payment.Ride));

        var waiting = Assert.Single(await house.Refunds());
        Assert.Equal((RefundState.AwaitingApproval, "system"), (waiting.State, waiting.RequestedBy));
        await house.Approve(waiting, house.AsLead);
        await house.Until(waiting.Name, RefundState.Settled);
    }

    private static async Task<string> Try(Func<Task<Refund>> act)
    {
        try
        {
            await act();
            return "";
        }
        catch (RpcException e)
        {
            return TestService.ReasonOf(e);
        }
    }

    private static async Task Ended(RefundsHouse house, Refund refund)
    {
        using var deadline = new CancellationTokenSource(Poll.Patience);
        while ((await house.Get(refund.Name)).State is not (RefundState.Settled or RefundState.Withdrawn))
        {
            house.Service.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
        }
    }
}
