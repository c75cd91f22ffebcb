using FsCheck;
using FsCheck.Fluent;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Refund = Mobility.Refunds.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Random lives of a refund beside a model that knows no more than the table of states.</summary>
public sealed class RefundWalkTests
{
    private static readonly RefundStep[] Steps = Enum.GetValues<RefundStep>();

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>A process that dies holds up a question for as long as it had reserved the refund.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(15);

    private static readonly Gen<(RefundState First, RefundStep[] Steps)> AnyLife =
        from first in Gen.Elements(RefundState.AwaitingEvidence, RefundState.AwaitingApproval, RefundState.Approved)
        from steps in Gen.ArrayOf(Gen.Elements(Steps), 60)
        select (first, steps);

    /// <summary>What an unconfirmed refund's questions come to: no answer, or proof that nothing was done and then
    /// a new order without a reply; or from some question on that the gateway has it and is not done.</summary>
    private static readonly Gen<(bool AskAtOnce, bool[] Proven, int TakenAt)> AnySilence =
        from askAtOnce in Gen.Elements(true, false)
        from odds in Gen.Elements(0, 2, 50, 100)
        from proven in Gen.ArrayOf(Gen.Choose(1, 100).Select(n => n <= odds), 100)
        from takenAt in Gen.Elements(0, 1, 5, 20, 27, 28, 29, 100)
        select (askAtOnce, proven, takenAt);

    [Fact]
    public void A_life_goes_as_the_model_says_and_what_is_held_ends_once() =>
        Check(
            AnyLife,
            life =>
            {
                var (refund, model, revision) = (New(life.First), new Model(life.First), 1L);
                foreach (var step in life.Steps)
                {
                    if (!model.Take(step))
                    {
                        Assert.Throws<InvalidOperationException>(() => Take(refund, step));
                        continue;
                    }
                    refund = Take(refund, step);
                    Assert.Equal(model.State, refund.State);
                    Assert.Equal(++revision, refund.Revision);
                    Assert.Equal(model.Holds, RefundFlow.Holds(refund.State));
                    Assert.Equal(model.Attempts, refund.AttemptCount);
                }
                return model is { Posted: <= 1, Released: <= 1 } && model.Posted + model.Released <= 1;
            }
        );

    [Fact]
    public void Whatever_is_not_over_has_a_next_time_or_a_person_who_owns_it() =>
        Check(
            AnyLife,
            life =>
            {
                var refund = New(life.First);
                foreach (var step in life.Steps.Where(step => RefundFlow.Edges.ContainsKey((refund.State, step))))
                {
                    refund = Take(refund, step);
                    var cared = refund.State switch
                    {
                        // Evidence that comes has it looked at, and the end of its time.
                        RefundState.AwaitingEvidence => refund is { NextTime: not null, ExpireTime: not null },
                        // A person of that role, until the wait ends by itself.
                        RefundState.AwaitingApproval => refund.AwaitedRole != MemberRole.Unspecified
                            && refund.ExpireTime is not null,
                        // RefundReviewNeeded opens a case, and a case always has an owner.
                        RefundState.UnderReview => refund.NextTime is null,
                        RefundState.Approved
                        or RefundState.Dispatching
                        or RefundState.PendingAtGateway
                        or RefundState.Unconfirmed => refund.NextTime is not null,
                        _ => refund is { NextTime: null, ExpireTime: null }
                            && refund.AwaitedRole == MemberRole.Unspecified,
                    };
                    Assert.True(cared, $"{refund.State} after {step}");
                }
                return true;
            }
        );

    [Fact]
    public void What_is_unconfirmed_is_with_a_person_within_24_hours_whatever_the_gateway_says() =>
        Check(
            AnySilence,
            silence =>
            {
                var now = Noon;
                var refund = New(RefundState.Approved).Dispatch(now, now).LoseTrack("TIMEOUT", now, silence.AskAtOnce);
                for (var n = 0; refund.State is RefundState.Unconfirmed or RefundState.PendingAtGateway; n++)
                {
                    now = refund.NextTime!.Value + Late;
                    if (n >= silence.TakenAt)
                    {
                        refund =
                            refund.State == RefundState.Unconfirmed
                                ? refund.Accept("TAKEN", now, askAtOnce: false)
                                : refund.Probed("TAKEN", now);
                        continue;
                    }
                    var sendAgain = silence.Proven[n] && !refund.IsExhausted;
                    if (silence.Proven[n] && refund.IsExhausted)
                    {
                        refund = refund.HandOver("NEVER_DONE", now);
                    }
                    else if (sendAgain)
                    {
                        var deadline = now.AddSeconds(6);
                        refund = refund.Dispatch(now, deadline);
                        now = deadline;
                        refund = refund.LoseTrack("NO_RESULT", now, askAtOnce: true);
                    }
                    else
                    {
                        refund = refund.Probed("NO_ANSWER", now);
                    }
                }
                return refund.State == RefundState.UnderReview && now - Noon <= Day;
            }
        );

    private static Refund Take(Refund refund, RefundStep step)
    {
        // One verb goes through the fence; whether it is again follows from where the refund is.
        if (step is RefundStep.Dispatch or RefundStep.DispatchAgain)
        {
            var again = refund.State == RefundState.Unconfirmed;
            return again == (step == RefundStep.DispatchAgain)
                ? refund.Dispatch(Noon, Noon.AddSeconds(6))
                : throw new InvalidOperationException("the other verb");
        }
        return step switch
        {
            RefundStep.Withdraw => refund.Withdraw(Noon),
            RefundStep.Settle => refund.Settle("key", Noon),
            RefundStep.Fail => refund.Fail("CODE", Noon),
            RefundStep.Postpone => refund.Postpone("CODE", Noon),
            RefundStep.Witness => refund.Witness(Noon),
            RefundStep.LetGo => refund.LetGo(Noon),
            RefundStep.LoseTrack => refund.LoseTrack("CODE", Noon, askAtOnce: false),
            RefundStep.ProbeLater => (refund with { ProbeCount = 0 }).Probed("CODE", Noon),
            RefundStep.HandOver => refund.HandOver("CODE", Noon),
            RefundStep.Agree => refund.Agree(MemberRole.ClientOfficer, Noon),
            RefundStep.Approve => refund.Approve(Noon),
            RefundStep.Await => refund.Await(MemberRole.Lead, Noon),
            RefundStep.Deny => refund.Deny(Noon),
            RefundStep.Decline => refund.Decline("people/1", "no", Noon),
            RefundStep.Expire => refund.Expire(Noon),
            RefundStep.Close => refund.Close(Guid.Empty, Noon),
            RefundStep.Return => refund.Return("CODE", Noon),
            RefundStep.Accept => refund.Accept("CODE", Noon, askAtOnce: false),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "no such step"),
        };
    }

    private static Refund New(RefundState state)
    {
        var waits = state == RefundState.AwaitingApproval;
        return new()
        {
            ClientId = "gangneung-kick",
            RefundId = Guid.CreateVersion7(Noon),
            PaymentId = Guid.CreateVersion7(Noon),
            Amount = 3_000,
            DelegationId = Guid.CreateVersion7(Noon),
            Epoch = 1,
            Debits = [],
            State = state,
            AwaitedRole = waits ? MemberRole.Lead : MemberRole.Unspecified,
            ExpireTime = waits || state == RefundState.AwaitingEvidence ? Noon.Add(Day) : null,
            NextTime = Noon,
            Revision = 1,
            UpdateTime = Noon,
        };
    }

    private static void Check<T>(Gen<T> lives, Func<T, bool> law) =>
        Prop.ForAll(Arb.From(lives), law).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>Where it is, what was held and how that ended: all that the table of states says.</summary>
    private sealed class Model(RefundState first)
    {
        public RefundState State { get; private set; } = first;
        public int Posted { get; private set; }
        public int Released { get; private set; }
        public int Attempts { get; private set; }
        public bool Holds => State != RefundState.AwaitingEvidence && Posted + Released + Unheld == 0;

        /// <summary>It ended before anything was held.</summary>
        private int Unheld { get; set; }

        /// <summary>False when the step cannot happen here.</summary>
        public bool Take(RefundStep step)
        {
            RefundState? next = (State, step) switch
            {
                (RefundState.AwaitingEvidence, RefundStep.Approve) => RefundState.Approved,
                (RefundState.AwaitingEvidence, RefundStep.Await) => RefundState.AwaitingApproval,
                (RefundState.AwaitingEvidence, RefundStep.Deny) => End(RefundState.Denied),
                (RefundState.AwaitingEvidence, RefundStep.Expire) => End(RefundState.Expired),
                (RefundState.AwaitingEvidence, RefundStep.Withdraw) => End(RefundState.Withdrawn),
                (RefundState.AwaitingApproval, RefundStep.Agree) => State,
                (RefundState.AwaitingApproval, RefundStep.Approve) => RefundState.Approved,
                (RefundState.AwaitingApproval, RefundStep.Deny) => Release(RefundState.Denied),
                (RefundState.AwaitingApproval, RefundStep.Decline) => Release(RefundState.Declined),
                (RefundState.AwaitingApproval, RefundStep.Expire) => Release(RefundState.Expired),
                (RefundState.AwaitingApproval or RefundState.Approved, RefundStep.Withdraw) => Release(
                    RefundState.Withdrawn
                ),
                (RefundState.Approved, RefundStep.Dispatch) => Send(),
                (
                    RefundState.Dispatching
                        or RefundState.PendingAtGateway
                        or RefundState.Unconfirmed
                        or RefundState.UnderReview,
                    RefundStep.Settle
                ) => Post(),
                (RefundState.Dispatching or RefundState.PendingAtGateway, RefundStep.Fail) => Release(
                    RefundState.Failed
                ),
                (RefundState.Dispatching or RefundState.Unconfirmed, RefundStep.Accept) => RefundState.PendingAtGateway,
                (RefundState.PendingAtGateway, RefundStep.ProbeLater) => State,
                (RefundState.PendingAtGateway, RefundStep.HandOver) => RefundState.UnderReview,
                (RefundState.Dispatching, RefundStep.Postpone) => RefundState.Approved,
                (RefundState.Dispatching, RefundStep.LoseTrack) => RefundState.Unconfirmed,
                (RefundState.Unconfirmed, RefundStep.ProbeLater) => State,
                (RefundState.Unconfirmed, RefundStep.DispatchAgain) => Send(),
                (RefundState.Unconfirmed, RefundStep.HandOver) => RefundState.UnderReview,
                (RefundState.UnderReview, RefundStep.Witness) => State,
                (RefundState.UnderReview, RefundStep.LetGo) => Release(RefundState.Failed),
                (RefundState.Settled, RefundStep.Return) => RefundState.Returned,
                (RefundState.Returned, RefundStep.Close) => RefundState.Closed,
                _ => null,
            };
            State = next ?? State;
            return next is not null;
        }

        private RefundState Send()
        {
            Attempts++;
            return RefundState.Dispatching;
        }

        private RefundState Post()
        {
            Posted++;
            return RefundState.Settled;
        }

        private RefundState End(RefundState to)
        {
            Unheld++;
            return to;
        }

        private RefundState Release(RefundState to)
        {
            Released++;
            return to;
        }
    }
}
