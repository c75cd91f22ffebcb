using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Refund = Mobility.Refunds.Refund;

namespace Mobility.Tests.Refunds;

public sealed class RefundFlowTests
{
    private static readonly Dictionary<(RefundState, RefundStep), RefundState> Expected = new()
    {
        [(RefundState.AwaitingEvidence, RefundStep.Approve)] = RefundState.Approved,
        [(RefundState.AwaitingEvidence, RefundStep.Await)] = RefundState.AwaitingApproval,
        [(RefundState.AwaitingEvidence, RefundStep.Deny)] = RefundState.Denied,
        [(RefundState.AwaitingEvidence, RefundStep.Expire)] = RefundState.Expired,
        [(RefundState.AwaitingEvidence, RefundStep.Withdraw)] = RefundState.Withdrawn,
        [(RefundState.AwaitingApproval, RefundStep.Agree)] = RefundState.AwaitingApproval,
        [(RefundState.AwaitingApproval, RefundStep.Approve)] = RefundState.Approved,
        [(RefundState.AwaitingApproval, RefundStep.Deny)] = RefundState.Denied,
        [(RefundState.AwaitingApproval, RefundStep.Decline)] = RefundState.Declined,
        [(RefundState.AwaitingApproval, RefundStep.Expire)] = RefundState.Expired,
        [(RefundState.AwaitingApproval, RefundStep.Withdraw)] = RefundState.Withdrawn,
        [(RefundState.Approved, RefundStep.Dispatch)] = RefundState.Dispatching,
        [(RefundState.Approved, RefundStep.Withdraw)] = RefundState.Withdrawn,
        [(RefundState.Dispatching, RefundStep.Settle)] = RefundState.Settled,
        [(RefundState.Dispatching, RefundStep.Fail)] = RefundState.Failed,
        [(RefundState.Dispatching, RefundStep.Postpone)] = RefundState.Approved,
        [(RefundState.Dispatching, RefundStep.LoseTrack)] = RefundState.Unconfirmed,
        [(RefundState.Dispatching, RefundStep.Accept)] = RefundState.PendingAtGateway,
        [(RefundState.PendingAtGateway, RefundStep.Settle)] = RefundState.Settled,
        [(RefundState.PendingAtGateway, RefundStep.Fail)] = RefundState.Failed,
        [(RefundState.PendingAtGateway, RefundStep.ProbeLater)] = RefundState.PendingAtGateway,
        [(RefundState.PendingAtGateway, RefundStep.HandOver)] = RefundState.UnderReview,
        [(RefundState.Unconfirmed, RefundStep.Accept)] = RefundState.PendingAtGateway,
        [(RefundState.Unconfirmed, RefundStep.Settle)] = RefundState.Settled,
        [(RefundState.Unconfirmed, RefundStep.ProbeLater)] = RefundState.Unconfirmed,
        [(RefundState.Unconfirmed, RefundStep.DispatchAgain)] = RefundState.Dispatching,
        [(RefundState.Unconfirmed, RefundStep.HandOver)] = RefundState.UnderReview,
        [(RefundState.UnderReview, RefundStep.Settle)] = RefundState.Settled,
        [(RefundState.UnderReview, RefundStep.Witness)] = RefundState.UnderReview,
        [(RefundState.UnderReview, RefundStep.LetGo)] = RefundState.Failed,
        [(RefundState.Settled, RefundStep.Return)] = RefundState.Returned,
        [(RefundState.Returned, RefundStep.Close)] = RefundState.Closed,
    };

    public static TheoryData<RefundState, RefundStep> Matrix()
    {
        var all = new TheoryData<RefundState, RefundStep>();
        foreach (var state in Enum.GetValues<RefundState>())
        {
            foreach (var step in Enum.GetValues<RefundStep>())
            {
                all.Add(state, step);
            }
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Every_step_is_taken_from_its_states_and_from_no_other(RefundState from, RefundStep step)
    {
        var refund = InState(from);
        if (Expected.TryGetValue((from, step), out var to))
        {
            var after = Take(refund, step);
            Assert.Equal((to, 8L, Noon), (after.State, after.Revision, after.UpdateTime));
            Assert.Equal(
                RefundFlow.InFlight(to) || to is RefundState.Approved or RefundState.AwaitingApproval,
                RefundFlow.Holds(to)
            );
            // Whoever waits has a role to wait for and an end of the wait, and nobody else has.
            var waits = to == RefundState.AwaitingApproval;
            Assert.Equal((waits, waits), (after.AwaitedRole != MemberRole.Unspecified, after.ExpireTime is not null));
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => Take(refund, step));
        }
    }

    [Fact]
    public void What_is_held_is_posted_or_released_exactly_when_the_holding_ends() =>
        Assert.All(
            RefundFlow.Edges,
            edge =>
            {
                if (edge.Key.Step == RefundStep.Return)
                {
                    Assert.Equal(((RefundState.Returned, HoldEffect.Reverse)), edge.Value);
                    return;
                }
                // What waits for evidence holds nothing, and what came back does not any more.
                var held = edge.Key.From is not (RefundState.AwaitingEvidence or RefundState.Returned);
                var expected =
                    RefundFlow.Holds(edge.Value.To) ? (held ? HoldEffect.Keep : HoldEffect.Take)
                    : !held ? HoldEffect.Keep
                    : edge.Value.To == RefundState.Settled ? HoldEffect.Post
                    : HoldEffect.Release;
                Assert.Equal(held, RefundFlow.Holds(edge.Key.From));
                Assert.Equal(expected, edge.Value.Hold);
            }
        );

    [Fact]
    public void What_waits_for_evidence_is_looked_at_a_minute_after_the_asking_and_when_its_time_is_over()
    {
        var asked = InState(RefundState.AwaitingEvidence) with { ExpireTime = Noon + RefundFlow.EvidenceLife };

        Assert.Equal(Noon.AddMinutes(1), asked.WaitOn(Noon).NextTime);
        Assert.Equal(Noon.AddMinutes(1), asked.WaitOn(Noon.AddMinutes(1).AddTicks(-1)).NextTime);
        Assert.Equal(asked.ExpireTime, asked.WaitOn(Noon.AddMinutes(1)).NextTime);
        Assert.Equal(Noon + RefundFlow.ApprovalLife, asked.Await(MemberRole.Lead, Noon).ExpireTime);
    }

    [Fact]
    public void An_operation_that_may_have_happened_is_released_by_two_persons_alone() =>
        Assert.Equal(
            [(RefundState.UnderReview, RefundStep.LetGo)],
            RefundFlow
                .Edges.Where(edge =>
                    edge.Key.From is RefundState.Unconfirmed or RefundState.UnderReview
                    && edge.Value.Hold == HoldEffect.Release
                )
                .Select(edge => edge.Key)
        );

    [Fact]
    public void Questions_come_after_2_5_15_and_60_seconds_and_end_with_a_person_within_a_day()
    {
        var delays = Enumerable
            .Range(0, 100)
            .Select(RefundFlow.ProbeDelay)
            .TakeWhile(delay => delay is not null)
            .ToList();

        Assert.Equal([2, 5, 15, 60], delays.Take(4).Select(delay => (int)delay!.Value.TotalSeconds));
        Assert.InRange(delays.Sum(delay => delay!.Value.TotalHours), 23, 24);

        var refund = InState(RefundState.Unconfirmed);
        foreach (var unused in delays.Skip(1))
        {
            refund = refund.Probed("TIMEOUT", Noon);
            Assert.Equal(RefundState.Unconfirmed, refund.State);
            Assert.NotNull(refund.NextTime);
        }
        Assert.Equal(RefundState.UnderReview, refund.Probed("TIMEOUT", Noon).State);
    }

    [Fact]
    public void Going_again_counts_as_a_question_so_that_the_machine_gives_up_some_day()
    {
        var refund = InState(RefundState.Approved);
        var rounds = 0;
        while (!refund.IsExhausted)
        {
            refund = refund.Dispatch(Noon, Noon.AddSeconds(6)).LoseTrack("TIMEOUT", Noon, askAtOnce: false);
            rounds++;
        }

        Assert.InRange(rounds, 28, 30);
        Assert.Equal(rounds, refund.AttemptCount);
        Assert.Equal(Noon + RefundFlow.LastDelay, refund.NextTime);
    }

    [Fact]
    public void What_the_gateway_took_is_asked_for_on_the_same_schedule_and_what_it_dropped_at_once()
    {
        var taken = InState(RefundState.Dispatching).Accept("TAKEN", Noon, askAtOnce: false);
        Assert.Equal(("TAKEN", 0, Noon.AddSeconds(2)), (taken.GatewayCode, taken.ProbeCount, taken.NextTime));
        Assert.Equal((1, Noon.AddSeconds(5)), (taken.Probed("", Noon).ProbeCount, taken.Probed("", Noon).NextTime));
        var found = InState(RefundState.Unconfirmed).Accept("TAKEN", Noon, askAtOnce: false);
        Assert.Equal((1, Noon.AddSeconds(5)), (found.ProbeCount, found.NextTime));
        Assert.Equal(Noon, InState(RefundState.Dispatching).Accept("", Noon, askAtOnce: true).NextTime);

        // The last question that is answered so brings it to a person; one that came to nothing is asked once more.
        var last = InState(RefundState.Unconfirmed);
        while (!last.IsExhausted)
        {
            last = last.Probed("", Noon);
        }
        Assert.Equal(RefundState.UnderReview, last.Accept("", Noon, askAtOnce: false).State);
        var dropped = last.Accept("", Noon, askAtOnce: true);
        Assert.Equal((RefundState.PendingAtGateway, Noon), (dropped.State, dropped.NextTime));
        Assert.Equal(RefundState.UnderReview, dropped.Probed("", Noon).State);
    }

    [Fact]
    public void A_refusal_for_now_is_tried_again_after_1_2_4_seconds_then_every_15_minutes_and_counts_within_a_day()
    {
        var delays = Enumerable
            .Range(1, 1_000)
            .Select(RefundFlow.PostponeDelay)
            .TakeWhile(delay => delay is not null)
            .Select(delay => delay!.Value)
            .ToList();

        Assert.Equal([1, 2, 4, 8], delays.Take(4).Select(delay => (int)delay.TotalSeconds));
        Assert.Equal([512, 900, 900], delays.Skip(9).Take(3).Select(delay => (int)delay.TotalSeconds));
        Assert.Equal(TimeSpan.FromMinutes(15), delays[^1]);
        Assert.Equal(new TimeSpan(23, 47, 3), delays.Aggregate((sum, delay) => sum + delay));
        var refund = InState(RefundState.Dispatching) with { AttemptCount = 3 };
        Assert.Equal(Noon.AddSeconds(4), refund.Postpone("CODE", Noon).NextTime);
    }

    [Fact]
    public void Each_step_keeps_what_it_learned()
    {
        var fresh = InState(RefundState.Approved);
        Assert.Equal(
            ("", "", "", ""),
            (fresh.GatewayCode, fresh.GatewayTransactionKey, fresh.DeclinedBy, fresh.DeclineNote)
        );
        var there = fresh.Dispatch(Noon, Noon.AddSeconds(6));
        Assert.Equal((1, 0, Noon.AddSeconds(6)), (there.AttemptCount, there.ProbeCount, there.NextTime));
        Assert.Equal(Noon, there.LoseTrack("", Noon, askAtOnce: true).NextTime);
        var lost = there.LoseTrack("TIMEOUT", Noon, askAtOnce: false);
        Assert.Equal(("TIMEOUT", Noon.AddSeconds(2)), (lost.GatewayCode, lost.NextTime));
        var asked = lost.Probed("NO_ANSWER", Noon);
        Assert.Equal(("NO_ANSWER", 1, Noon.AddSeconds(5)), (asked.GatewayCode, asked.ProbeCount, asked.NextTime));
        var again = asked.Dispatch(Noon, Noon.AddSeconds(6));
        Assert.Equal((2, 2), (again.AttemptCount, again.ProbeCount));
        var settled = asked.Settle("TX1", Noon);
        Assert.Equal(("TX1", ""), (settled.GatewayTransactionKey, settled.GatewayCode));
        Assert.Equal((Noon, null), (settled.SettleTime, settled.NextTime));
        var error = Assert.Throws<InvalidOperationException>(() => settled.Fail("CODE", Noon));
        Assert.Equal($"refund {settled.RefundId} is Settled and cannot take the step Fail", error.Message);
    }

    private static Refund Take(Refund refund, RefundStep step) =>
        step switch
        {
            RefundStep.Dispatch when refund.State == RefundState.Unconfirmed => throw new InvalidOperationException(),
            RefundStep.DispatchAgain when refund.State != RefundState.Unconfirmed =>
                throw new InvalidOperationException(),
            RefundStep.Dispatch or RefundStep.DispatchAgain => refund.Dispatch(Noon, Noon.AddSeconds(9)),
            RefundStep.Withdraw => refund.Withdraw(Noon),
            RefundStep.Agree => refund.Agree(MemberRole.ClientOfficer, Noon),
            RefundStep.Approve => refund.Approve(Noon),
            RefundStep.Await => refund.Await(MemberRole.Lead, Noon),
            RefundStep.Deny => refund.Deny(Noon),
            RefundStep.Decline => refund.Decline("people/1", "no", Noon),
            RefundStep.Expire => refund.Expire(Noon),
            RefundStep.Settle => refund.Settle("key", Noon),
            RefundStep.Fail => refund.Fail("CODE", Noon),
            RefundStep.Postpone => refund.Postpone("CODE", Noon),
            RefundStep.Witness => refund.Witness(Noon),
            RefundStep.LetGo => refund.LetGo(Noon),
            RefundStep.LoseTrack => refund.LoseTrack("", Noon, askAtOnce: false),
            RefundStep.ProbeLater => refund.Probed("CODE", Noon),
            RefundStep.Return => refund.Return("CODE", Noon),
            RefundStep.Close => refund.Close(Guid.Empty, Noon),
            RefundStep.HandOver => refund.HandOver("CODE", Noon),
            RefundStep.Accept => refund.Accept("CODE", Noon, askAtOnce: false),
            _ => throw new ArgumentOutOfRangeException(nameof(step)),
        };

    private static Refund InState(RefundState state) =>
        new()
        {
            ClientId = "gangneung-kick",
            RefundId = Guid.CreateVersion7(Noon),
            PaymentId = Guid.CreateVersion7(Noon),
            Amount = 3_000,
            DelegationId = Guid.CreateVersion7(Noon),
            Epoch = 1,
            Debits = [],
            State = state,
            AwaitedRole = state == RefundState.AwaitingApproval ? MemberRole.Lead : MemberRole.Unspecified,
            ExpireTime = state is RefundState.AwaitingApproval or RefundState.AwaitingEvidence
                ? Noon.AddHours(1)
                : null,
            Revision = 7,
            UpdateTime = Noon.AddMinutes(-1),
        };
}
