using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>Nobody asks for, or agrees to, what is paid to oneself.</summary>
public sealed class SelfDealingTests
{
    private const string Own = "+82 10-1234-5678";
    private const string OwnTypedOtherwise = "+82 (0)10 1234 5678";
    private const string Another = "+82 10-8765-4321";

    [Fact]
    public async Task An_agent_who_paid_is_denied_in_the_quote_and_in_the_request_and_nothing_is_held()
    {
        await using var house = await OpenWithDelegation();
        await house.Identify(house.Agent, MemberRole.Agent, Own);
        var payment = await house.PayBy(OwnTypedOtherwise);

        var quote = await house.Quote(Asking(payment, 1_000), house.AsAgent);
        var refund = await house.Ask(payment, 1_000);

        Assert.Equal(DecisionOutcome.Denied, quote.Decision.Outcome);
        Assert.Equal(["SELF_DEALING"], Failed(quote.Decision));
        Assert.Null(quote.Decision.AllowedAmount);
        Assert.Equal((RefundState.Denied, ""), (refund.State, refund.Decision.Clause));
        Assert.Equal(["SELF_DEALING"], Failed(refund));
        Assert.Equal(["client_officer", "lead"], refund.Decision.AllowedBy);
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        var evt = (await house.Service.Events())[^1];
        Assert.Equal(RefundDenied.Descriptor.FullName, evt.Type);
        Assert.Contains("SELF_DEALING", evt.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_the_agent_declared_is_the_agents_own()
    {
        await using var house = await OpenWithDelegation();
        await house.Identify(house.Agent, MemberRole.Agent, accounts: [NewRider(), house.Rider]);

        var own = await house.Ask(await house.Pay(), 1_000);
        var others = await house.Ask(await house.Pay(customer: NewRider()), 1_000);

        Assert.Equal(["SELF_DEALING"], Failed(own));
        Assert.Equal(RefundState.Approved, others.State);
    }

    [Fact]
    public async Task A_ride_of_the_agents_own_is_not_ended_by_the_agent()
    {
        await using var house = await OpenWithEveryAction();
        await house.Identify(house.Agent, MemberRole.Agent, accounts: [house.Rider]);
        var ride = NewRide();
        await house.Deliver(house.RideOf(ride, ended: false));

        var byAgent = await house.Rpc.CreateRefundAsync(EndingRide(ride), house.AsAgent);
        var byLead = await house.Rpc.CreateRefundAsync(EndingRide(ride), house.AsLead);

        Assert.Equal(["SELF_DEALING"], Failed(byAgent));
        Assert.Equal(RefundState.Approved, byLead.State);
    }

    [Theory]
    [InlineData(Another, Own)]
    [InlineData(Own, "")]
    [InlineData("", Own)]
    [InlineData("", "")]
    public async Task What_is_another_number_or_not_known_is_not_the_same(string agents, string payers)
    {
        await using var house = await OpenWithDelegation();
        await house.Identify(house.Agent, MemberRole.Agent, agents);

        var refund = await house.Ask(await house.PayBy(payers), 1_000);

        Assert.Equal(RefundState.Approved, refund.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lead_who_would_get_it_does_not_agree_and_nothing_changes(bool byPhone)
    {
        await using var house = await OpenWithTiers();
        await house.Identify(house.Lead, MemberRole.Lead, byPhone ? Own : "", byPhone ? [] : [house.Rider]);
        var waiting = await house.Ask(await house.PayBy(byPhone ? Own : "", 50_000), 20_000);
        Assert.Equal(RefundState.AwaitingApproval, waiting.State);

        await house.Refused(StatusCode.PermissionDenied, "SELF_DEALING", () => house.Approve(waiting, house.AsLead));

        var approved = await house.Approve(waiting, await house.Another(MemberRole.Lead));
        Assert.Equal(RefundState.Approved, approved.State);
    }

    [Fact]
    public async Task A_lead_who_would_get_it_may_say_no()
    {
        await using var house = await OpenWithTiers();
        await house.Identify(house.Lead, MemberRole.Lead, Own);
        var waiting = await house.Ask(await house.PayBy(Own, 50_000), 20_000);

        Assert.Equal(RefundState.Declined, (await house.Decline(waiting, house.AsLead)).State);
    }

    [Fact]
    public async Task An_officer_who_would_get_it_does_not_agree()
    {
        await using var house = await OpenWithTiers();
        await house.Identify(house.Officer, MemberRole.ClientOfficer, Own);
        var asked = await house.Ask(await house.PayBy(Own, 90_000), 60_000);
        var waiting = await house.Approve(asked, house.AsLead);

        await house.Refused(StatusCode.PermissionDenied, "SELF_DEALING", () => house.Approve(waiting, house.AsOfficer));
    }

    [Fact]
    public async Task A_requester_who_turns_out_to_have_paid_is_denied_at_the_approval_and_what_was_held_is_free()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.Ask(await house.PayBy(Own, 50_000), 20_000);
        await house.Identify(house.Agent, MemberRole.Agent, Own);

        var refund = await house.Approve(waiting, house.AsLead);

        Assert.Equal(RefundState.Denied, refund.State);
        Assert.Equal(["SELF_DEALING"], Failed(refund));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task The_word_of_a_lead_who_turns_out_to_have_paid_counts_no_more()
    {
        await using var house = await OpenWithTiers();
        var asked = await house.Ask(await house.PayBy(Own, 90_000), 60_000);
        var waiting = await house.Approve(asked, house.AsLead);
        await house.Identify(house.Lead, MemberRole.Lead, Own);

        var after = await house.Approve(waiting, house.AsOfficer);

        Assert.Equal((RefundState.AwaitingApproval, MemberRole.Lead), (after.State, after.AwaitedRole));
    }

    [Fact]
    public async Task A_lead_who_agrees_by_asking_is_held_to_the_same_rule()
    {
        await using var house = await OpenWithTiers();
        await house.Identify(house.Lead, MemberRole.Lead, Own);

        var refund = await house.Ask(await house.PayBy(Own, 50_000), 20_000, caller: house.AsLead);

        Assert.Equal((RefundState.Denied, "SELF_DEALING"), (refund.State, Assert.Single(Failed(refund))));
    }

    [Fact]
    public async Task The_automatic_refund_has_nobody_behind_it()
    {
        await using var house = await OpenWithDelegation();
        await house.Identify(house.Agent, MemberRole.Agent, Own, [house.Rider]);
        var payment = await house.PayBy(Own);

        await house.Deliver(house.RideOf(payment.Ride, unlocked: false));
        await house.Deliver(house.FaultOn(payment.Ride));

        var refund = Assert.Single(await house.Refunds(payment.Ride));
        Assert.Equal(("system", DecisionOutcome.Allowed), (refund.RequestedBy, refund.Decision.Outcome));
    }

    [Fact]
    public async Task An_enrolment_without_an_identity_keeps_what_is_known_and_an_empty_one_forgets_it()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.PayBy(Own);
        await house.Identify(house.Agent, MemberRole.Agent, Own);

        await house.Enrol(house.Agent, MemberRole.Agent, level: 5);
        var kept = await house.Quote(Asking(payment, 1_000), house.AsAgent);
        await house.Identify(house.Agent, MemberRole.Agent);
        var forgotten = await house.Quote(Asking(payment, 1_000), house.AsAgent);

        Assert.Equal(["SELF_DEALING"], Failed(kept.Decision));
        Assert.Equal(DecisionOutcome.Allowed, forgotten.Decision.Outcome);
    }

    [Fact]
    public async Task A_second_login_of_the_same_person_is_refused_until_the_number_is_free()
    {
        await using var house = await Open();
        await house.Identify(house.Agent, MemberRole.Agent, Own);

        await house.Refused(
            StatusCode.AlreadyExists,
            "PERSON_ENROLLED",
            () => house.Identify(house.Lead, MemberRole.Lead, OwnTypedOtherwise)
        );

        await house.Identify(house.Agent, MemberRole.Agent);
        await house.Identify(house.Lead, MemberRole.Lead, OwnTypedOtherwise);
    }

    [Fact]
    public async Task Of_ten_logins_of_one_person_that_are_enrolled_at_once_one_stays()
    {
        await using var house = await Open();

        var reasons = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Reason()));

        Assert.Equal(9, reasons.Count(reason => reason == "PERSON_ENROLLED"));
        Assert.Single(reasons, reason => reason.Length == 0);

        async Task<string> Reason()
        {
            try
            {
                await house.Identify(NewPerson(), MemberRole.Agent, Own);
                return "";
            }
            catch (RpcException refused)
            {
                return TestService.ReasonOf(refused);
            }
        }
    }

    [Fact]
    public async Task A_person_who_is_enrolled_in_another_role_has_the_first_no_more()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForLead();

        await house.Enrol(house.Agent, MemberRole.Lead);

        Assert.Equal([1L], await Rows(house));
        var error = await Assert.ThrowsAsync<RpcException>(() => house.AskForLead());
        Assert.Equal("MEMBER_UNKNOWN", TestService.ReasonOf(error));
        await house.Refused(
            StatusCode.PermissionDenied,
            "SELF_APPROVAL",
            () => house.Approve(waiting, house.Service.As(Role.Lead, house.Agent))
        );
    }

    private static Task<IReadOnlyList<long>> Rows(RefundsHouse house) =>
        house.Rows<long>(
            """SELECT count(*) FROM member WHERE person_id = @Id::uuid""",
            new { Id = house.Agent["people/".Length..] }
        );
}
