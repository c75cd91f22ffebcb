using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What may happen between two steps of a chain, and at the very end of its time.</summary>
public sealed class ApproveRefundStandingTests
{
    [Fact]
    public async Task The_word_of_a_lead_who_was_suspended_since_counts_no_more_and_another_lead_is_asked()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForOfficer();
        await house.Enrol(house.Lead, MemberRole.Lead, state: MemberState.Suspended);

        var afterOfficer = await house.Approve(waiting, house.AsOfficer);

        Assert.Equal((RefundState.AwaitingApproval, MemberRole.Lead), (afterOfficer.State, afterOfficer.AwaitedRole));
        Assert.Equal(["lead"], afterOfficer.Decision.AllowedBy);
        Assert.Equal((60_000L, 0L, 60_000L, 1L), await house.Held());
        await house.Refused(
            StatusCode.PermissionDenied,
            "MEMBER_SUSPENDED",
            () => house.Approve(waiting, house.AsLead)
        );
        var approved = await house.Approve(waiting, await house.Another(MemberRole.Lead));
        Assert.Equal((RefundState.Approved, 3), (approved.State, approved.Approvals.Count));
        Assert.Equal(
            ["lead", "client_officer", "lead"],
            approved.Approvals.Select(one => Roles.Name(RoleOf(one.Role)))
        );
    }

    [Fact]
    public async Task Who_is_an_officer_by_now_has_agreed_as_nobody_and_agrees_to_nothing()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForOfficer();
        await house.Enrol(house.Lead, MemberRole.ClientOfficer, vendor: "");

        await house.Refused(
            StatusCode.PermissionDenied,
            "SELF_APPROVAL",
            () => house.Approve(waiting, house.Service.As(Role.ClientOfficer, house.Lead))
        );
        Assert.Equal(MemberRole.Lead, (await house.Approve(waiting, house.AsOfficer)).AwaitedRole);
    }

    [Fact]
    public async Task A_narrower_successor_decides_and_what_was_held_comes_back_once()
    {
        await using var house = await Open();
        var end = house.Now + TimeSpan.FromHours(1);
        await house.GrantTiers(asked => asked.ExpireTime = end.ToTimestamp());
        var waiting = await house.AskForLead();
        var narrow = await house.Grant(next => next.StartTime = end.ToTimestamp());
        house.Service.Clock.Advance(TimeSpan.FromHours(1));

        waiting = await house.Get(waiting.Name);
        var denied = await house.Approve(waiting, house.AsLead);

        Assert.Equal((RefundState.Denied, narrow.Name), (denied.State, denied.Decision.Delegation));
        Assert.Contains("AMOUNT_ABOVE_CLAUSE", denied.Decision.FailedConditions.Select(failed => failed.Code));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        Assert.Equal(["HOLD 20000", "RELEASE 20000"], await Moves(house, waiting));
        await house.Refused(StatusCode.FailedPrecondition, "APPROVAL_USED", () => house.Approve(waiting, house.AsLead));
    }

    [Fact]
    public async Task A_quote_counts_what_is_held_while_it_waits()
    {
        await using var house = await Open();
        await house.GrantTiers(asked => asked.Budgets[0].LimitAmount = Won(30_000));
        var payment = await house.Pay(50_000);
        var waiting = await house.Ask(payment, 20_000);
        Assert.Equal(RefundState.AwaitingApproval, waiting.State);

        var quote = await Quote();
        Assert.Equal(Won(30_000), quote.RefundableAmount);
        Assert.Contains("BUDGET_AMOUNT_EXCEEDED", quote.Decision.FailedConditions.Select(failed => failed.Code));
        Assert.Equal(Won(10_000), Assert.Single(quote.Decision.Balances).LeftAmount);

        await house.Withdraw(waiting);
        quote = await Quote();
        Assert.Equal(Won(50_000), quote.RefundableAmount);
        Assert.Equal(["lead"], quote.Decision.AllowedBy);

        async Task<RefundQuote> Quote() =>
            await house.Rpc.QuoteRefundAsync(
                new() { Parent = Parent, Refund = Asking(payment, 20_000).Refund },
                house.AsAgent
            );
    }

    [Fact]
    public async Task Yes_no_back_and_too_late_at_the_same_instant_have_one_end_and_free_the_hold_once()
    {
        await using var house = await OpenWithTiers();
        for (var round = 0; round < 6; round++)
        {
            var waiting = await house.AskForLead();
            house.Service.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
            var acts = new Func<Task>[]
            {
                () => house.Approve(waiting, house.AsLead),
                () => house.Decline(waiting, house.AsOfficer),
                () => house.Withdraw(waiting),
                () =>
                {
                    house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
                    return Task.CompletedTask;
                },
            };

            var replies = await Task.WhenAll(acts.Select(act => Task.Run(() => Try(act))));
            var end = await Ended(house, waiting);

            var won = replies[..3].Count(reply => reply.Length == 0);
            Assert.Equal(end == RefundState.Expired ? 0 : 1, won);
            Assert.All(
                replies,
                reply => Assert.Contains(reply, (string[])["", "REFUND_NOT_AWAITING", "REFUND_EXPIRED"])
            );
            Assert.Equal(
                ["HOLD 20000", end == RefundState.Settled ? "POST 20000" : "RELEASE 20000"],
                await Moves(house, waiting)
            );
            var (held, _, inBudgets, count) = await house.Held();
            Assert.Equal((0L, 0L, 0L), (held, inBudgets, count));
        }
    }

    private static Role RoleOf(MemberRole role) =>
        role == MemberRole.Lead ? Role.Lead
        : role == MemberRole.ClientOfficer ? Role.ClientOfficer
        : Role.Agent;

    /// <summary>What the ledger says of the refund's hold, in order.</summary>
    private static Task<IReadOnlyList<string>> Moves(RefundsHouse house, Refund refund) =>
        house.Rows<string>(
            """
            SELECT kind || ' ' || amount FROM ledger_entry
            WHERE refund_id = @id AND amount > 0 ORDER BY create_time, kind
            """,
            new { id = Guid.Parse(refund.Name.Split('/')[^1]) }
        );

    private static async Task<string> Try(Func<Task> act)
    {
        try
        {
            await act();
            return "";
        }
        catch (RpcException refused)
        {
            return TestService.ReasonOf(refused);
        }
    }

    private static async Task<RefundState> Ended(RefundsHouse house, Refund refund)
    {
        var state = RefundState.AwaitingApproval;
        await Poll.Until(
            async () =>
            {
                house.Service.Clock.Advance(TimeSpan.FromMilliseconds(100));
                state = (await house.Get(refund.Name)).State;
                return state
                    is RefundState.Settled
                        or RefundState.Declined
                        or RefundState.Withdrawn
                        or RefundState.Expired;
            },
            what: $"the end of {refund.Name}"
        );
        return state;
    }
}
