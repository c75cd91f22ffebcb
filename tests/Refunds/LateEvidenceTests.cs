using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>A refund that lacks nothing but evidence waits for it, and is decided when it comes.</summary>
public sealed class LateEvidenceTests
{
    private const string OtherVendor = "vendors/other-contact";

    private static readonly Policy Proving = PolicyOf(
        AgentPermit with
        {
            Evidence = [Evidence.FaultReport, Evidence.FaultConfirmed],
        }
    );

    private static readonly RefundFacts Lacking = Facts with
    {
        Ride = null,
        Fault = new(Reported: true, Confirmed: false),
        Request = Facts.Request with { Reason = "OVERCHARGED" },
    };

    [Fact]
    public void Only_what_lacks_nothing_but_evidence_waits_and_says_for_what()
    {
        var (policy, facts) = (Proving, Lacking);
        var decision = Decide(policy, facts);

        Assert.Equal([Evidence.RideRecord, Evidence.FaultConfirmed], decision.Missing.ToArray());
        Assert.Equal([Codes.RideRecordMissing, Codes.FaultNotConfirmed], decision.Failed.Select(one => one.Code));
        Assert.False(decision.Admitted);
        Assert.Empty(decision.Debits);
        RefundFacts[] others =
        [
            // Anything else that fails denies.
            facts with
            {
                Requester = facts.Requester with { Standing = MemberState.Suspended },
            },
            facts with
            {
                Delegation = facts.Delegation! with { State = DelegationState.Suspended },
            },
            facts with
            {
                Request = facts.Request with { Amount = facts.Payment!.Amount + 1 },
            },
            facts with
            {
                Ride = Facts.Ride! with { DistanceMeters = 5, Unlocked = true, Closed = true },
                Request = facts.Request with { Reason = "UNLOCK_FAILED" },
            },
            // People agree to what is there.
            facts with
            {
                Agreed = [MemberRole.Lead],
            },
            // A ride is ended now or not.
            facts with
            {
                Payment = null,
                Request = new(RefundAction.EndRide, "RIDE_NOT_ENDED", 0),
            },
        ];
        Assert.All(others, other => Assert.Empty(Decide(policy, other).Missing));
    }

    [Fact]
    public void Beside_as_many_as_may_wait_one_more_condition_fails_of_what_lacks_evidence_and_is_no_machines()
    {
        var crowded = Decide(Proving, Lacking.Beside(4));

        Assert.False(crowded.NeedsEvidence);
        Assert.Equal(
            [Codes.RideRecordMissing, Codes.FaultNotConfirmed, Codes.AwaitingEvidenceExceeded],
            crowded.Failed.Select(one => one.Code)
        );
        Assert.True(Decide(Proving, Lacking.Beside(3)).NeedsEvidence);
        Assert.True(Decide(PolicyOf(AgentPermit), Facts.Beside(4)).Allowed);
        var automatic = Lacking.Beside(4) with { Requester = RequesterFacts.TheService };
        Assert.True(Decide(PolicyOf(AgentPermit with { Actors = [Actor.System] }), automatic).NeedsEvidence);
    }

    [Fact]
    public async Task Of_a_payment_four_wait_at_a_time_and_what_is_beyond_is_denied_in_the_quote_too()
    {
        await using var house = await OpenWithDelegation();
        await house.Grant(asked => asked.Vendor = OtherVendor);
        var other = NewPerson();
        await house.Enrol(other, MemberRole.Agent, OtherVendor);
        var asOther = TestService.Bearer(TestIssuer.Token(Role.Agent, other, house.Now, vendor: OtherVendor));
        var (together, apart) = (await house.Pay(), await house.Pay());

        // One transaction, which counts its own.
        await using var stopped = await Stopper.Lock(house);
        var asks = new List<Task<Refund>> { Ask(house, together, 1_000) };
        await stopped.UntilAwaited();
        asks.AddRange(Enumerable.Range(0, 4).Select(_ => Ask(house, together, 1_000)));
        await Stopper.UntilWaiting(house, 4);
        await stopped.DisposeAsync();
        Assert.Equal(4, Waiting(await Task.WhenAll(asks)));

        // Two under different delegations, which have no queue in common.
        var first = await Ask(house, apart, 1_000);
        await Ask(house, apart, 1_000);
        await Ask(house, apart, 1_000);
        await using var held = await Stopper.Lock(house, """SELECT 1 FROM payment FOR NO KEY UPDATE""");
        var both = Task.WhenAll(Ask(house, apart, 1_000), house.Ask(apart, 1_000, "OVERCHARGED", asOther));
        await held.UntilAwaited(2);
        await held.DisposeAsync();
        Assert.Equal(1, Waiting(await both));
        var denied = (await both).Single(refund => refund.State == RefundState.Denied);

        var quote = await house.Rpc.QuoteRefundAsync(Question(apart, 1_000), house.AsAgent);
        Assert.Equal(denied.Decision.FailedConditions, quote.Decision.FailedConditions);
        Assert.Equal(
            ["RIDE_RECORD_MISSING", "AWAITING_EVIDENCE_EXCEEDED"],
            quote.Decision.FailedConditions.Select(failed => failed.Code)
        );
        Assert.Equal(RefundState.Approved, (await house.Ask(apart, 1_000)).State);
        await house.Withdraw(first);
        Assert.Equal(RefundState.AwaitingEvidence, (await Ask(house, apart, 1_000)).State);

        static int Waiting(IEnumerable<Refund> refunds) =>
            refunds.Count(refund => refund.State == RefundState.AwaitingEvidence);
    }

    [Fact]
    public async Task It_holds_nothing_until_the_record_comes_and_then_goes_as_if_it_were_asked_for_again()
    {
        await using var house = await OpenWithTiers();
        var (small, large) = (await house.Pay(5_000), await house.Pay(50_000));
        var quote = await house.Rpc.QuoteRefundAsync(Question(small, 3_000), house.AsAgent);
        var (first, second) = (await Ask(house, small, 3_000), await Ask(house, large, 20_000));

        Assert.Equal(
            (DecisionOutcome.NeedsEvidence, RefundState.AwaitingEvidence),
            (quote.Decision.Outcome, first.State)
        );
        Assert.Equal([Evidence.RideRecord], quote.Decision.MissingEvidence);
        Assert.Equal(quote.Decision.MissingEvidence, first.Decision.MissingEvidence);
        Assert.Equal(house.Now + RefundFlow.EvidenceLife, first.ExpireTime.ToDateTimeOffset());
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        house.Service.Clock.Advance(TimeSpan.FromHours(1));
        await house.Deliver(house.RideOf(small.Ride, meters: 900));
        await house.Deliver(house.RideOf(large.Ride, meters: 900));

        var settled = await house.Until(first.Name, RefundState.Settled);
        var waiting = await house.Until(second.Name, RefundState.AwaitingApproval);
        Assert.Equal((DecisionOutcome.Allowed, "agents"), (settled.Decision.Outcome, settled.Decision.Clause));
        Assert.Equal(
            (MemberRole.Lead, house.Now + RefundFlow.ApprovalLife),
            (waiting.AwaitedRole, waiting.ExpireTime.ToDateTimeOffset())
        );
        // Who agrees agrees to what has its evidence, and the time of the law runs since the asking.
        Assert.NotEqual(second.RequestHash, waiting.RequestHash);
        Assert.Equal((second.DueTime, second.CalendarVersion), (waiting.DueTime, waiting.CalendarVersion));
        Assert.Equal((20_000L, 3_000L, 20_000L, 1L), await house.Held());
        await house.Refused(
            StatusCode.FailedPrecondition,
            "APPROVAL_OF_ANOTHER_REQUEST",
            () => house.Approve(second, house.AsLead)
        );
        await house.Approve(waiting, house.AsLead);
        await house.Until(second.Name, RefundState.Settled);
        Assert.Equal(5, await LeafReplay.Agrees(house.Service.Db, TestIssuer.Client));
        Assert.Empty(await RefundBooks.Unbalanced(house.Service.Db));
        Assert.Empty(await RefundBooks.Repeated(house.Service.Db));
    }

    [Fact]
    public async Task What_the_evidence_does_not_bear_out_or_the_policy_no_longer_allows_is_denied()
    {
        await using var house = await OpenWithTiers();
        var (moved, running, gone) = (await house.Pay(), await house.Pay(), await house.Pay());
        var agent = NewPerson();
        await house.Enrol(agent, MemberRole.Agent);
        var contradicted = await Ask(house, moved, 1_000, "UNLOCK_FAILED");
        var open = await Ask(house, running, 1_000, "UNLOCK_FAILED");
        var left = await house.Ask(gone, 1_000, "OVERCHARGED", house.Service.As(Role.Agent, agent));
        await house.Enrol(agent, MemberRole.Agent, state: MemberState.Suspended);

        await house.Deliver(house.RideOf(moved.Ride, meters: 700));
        await house.Deliver(house.RideOf(running.Ride, ended: false));
        await house.Deliver(house.RideOf(gone.Ride, meters: 700));

        Assert.Equal("RIDE_RECORD_CONTRADICTS", Code(await house.Until(contradicted.Name, RefundState.Denied)));
        Assert.Equal("MEMBER_SUSPENDED", Code(await house.Until(left.Name, RefundState.Denied)));
        // The lock opened, and it may yet move: it waits on, until its record ends.
        Assert.Equal(RefundState.AwaitingEvidence, (await house.Get(open.Name)).State);
        await house.Deliver(house.RideOf(running.Ride, revision: 2));
        await house.Until(open.Name, RefundState.Settled);
    }

    [Fact]
    public async Task Its_time_who_asked_and_a_stop_end_the_wait_and_what_comes_then_is_too_late()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payment = await house.Pay();
        var (expired, withdrawn) = (await Ask(house, payment, 1_000), await Ask(house, payment, 1_100));
        await house.Refused(
            StatusCode.FailedPrecondition,
            "REFUND_NOT_AWAITING",
            () => house.Approve(expired, house.AsLead)
        );
        Assert.Equal(RefundState.Withdrawn, (await house.Withdraw(withdrawn)).State);

        house.Service.Clock.Advance(RefundFlow.EvidenceLife - TimeSpan.FromMilliseconds(1));
        await LateEvidenceIsLookedAt(house);
        Assert.Equal(RefundState.AwaitingEvidence, (await house.Get(expired.Name)).State);
        house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await house.Until(expired.Name, RefundState.Expired);
        var stopped = await Ask(house, payment, 1_200);
        await house.Suspend(delegation);
        await house.Until(stopped.Name, RefundState.Withdrawn);
        await house.Deliver(house.RideOf(payment.Ride, meters: 900));

        Assert.Equal(
            [RefundState.Expired, RefundState.Withdrawn, RefundState.Withdrawn],
            (await house.Refunds()).Select(refund => refund.State).Order()
        );
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_fault_that_is_confirmed_lets_the_machines_own_refund_go_on()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[1].Evidence.Add(Evidence.FaultConfirmed));
        var payment = await house.Pay(3_000);
        var fault = house.FaultOn(payment.Ride);
        await house.Deliver(house.RideOf(payment.Ride));
        await house.Deliver(fault);
        var waiting = Assert.Single(await house.Refunds());
        Assert.Equal((RefundState.AwaitingEvidence, "system"), (waiting.State, waiting.RequestedBy));

        (fault.State, fault.Revision) = (FaultState.Confirmed, 2);
        await house.Service.Apply(OnFaultConfirmed.Handle, new FaultConfirmed { Fault = fault });

        await house.Until(waiting.Name, RefundState.Settled);
        Assert.Single(await house.Refunds());
    }

    private static Task<Refund> Ask(RefundsHouse house, Payment payment, long won, string reason = "OVERCHARGED") =>
        house.Ask(payment, won, reason);

    private static QuoteRefundRequest Question(Payment payment, long won) =>
        new() { Parent = Parent, Refund = Asking(payment, won, "OVERCHARGED").Refund };

    private static Task LateEvidenceIsLookedAt(RefundsHouse house) =>
        house.Until(
            async () =>
                (
                    await house.Rows<int>(
                        """
                        SELECT count(*)::int FROM refund
                        WHERE state = 'AwaitingEvidence' AND next_time = expire_time
                        """
                    )
                )[0] == 1,
            "it was looked at"
        );

    private static string Code(Refund refund) => Assert.Single(refund.Decision.FailedConditions).Code;
}
