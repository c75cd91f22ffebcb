using System.Collections.Frozen;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What can happen to a refund.</summary>
public enum RefundStep
{
    /// <summary>The dispatch fence: from here on a stop does not reach it any more.</summary>
    Dispatch = 1,

    /// <summary>A stop came before the fence, or the one who asked took it back while it waited.</summary>
    Withdraw = 2,

    /// <summary>The gateway proved it.</summary>
    Settle = 3,

    /// <summary>The gateway refused it for good.</summary>
    Fail = 4,

    /// <summary>The gateway refused it for now: nothing was done, it may go through the fence again.</summary>
    Postpone = 5,

    /// <summary>Nobody knows whether the gateway did it.</summary>
    LoseTrack = 6,

    /// <summary>The gateway could not be asked, or does not know yet: ask again later.</summary>
    ProbeLater = 7,

    /// <summary>The gateway proved that it did nothing: through the fence again, under the same key.</summary>
    DispatchAgain = 8,

    /// <summary>The machine cannot find out: a person has to.</summary>
    HandOver = 9,

    /// <summary>A second person agreed, and a third one has to.</summary>
    Agree = 10,

    /// <summary>The last person who had to agree did.</summary>
    Approve = 11,

    /// <summary>Everybody agreed so far, and the policy now in force does not allow it any more.</summary>
    Deny = 12,

    /// <summary>A second person said no.</summary>
    Decline = 13,

    /// <summary>Nobody answered in time.</summary>
    Expire = 14,

    /// <summary>What the gateway had proved came to nothing later.</summary>
    Return = 15,

    /// <summary>The gateway took it and does it later, or says that it came to nothing: it is asked about it.</summary>
    Accept = 16,

    /// <summary>A person said what became of it, and a second one has to say the same.</summary>
    Witness = 17,

    /// <summary>Two persons said that the gateway did nothing.</summary>
    LetGo = 18,

    /// <summary>The evidence came, and a second person has to agree.</summary>
    Await = 19,

    /// <summary>It had come back, and the refund in its place settled.</summary>
    Close = 20,
}

/// <summary>What a step does with the amount that is held for the refund.</summary>
public enum HoldEffect
{
    Keep = 0,

    /// <summary>Held becomes settled.</summary>
    Post = 1,

    /// <summary>Held goes back to where it was taken from.</summary>
    Release = 2,

    /// <summary>Settled is entered back; what a delegation limits is not filled again.</summary>
    Reverse = 3,

    /// <summary>Nothing was held, and now it is.</summary>
    Take = 4,
}

/// <summary>
/// The states of a refund as a table: a step that is not in it cannot happen. Time alone moves nothing unknown to
/// FAILED, and what may have happened at the gateway is released by no machine.
/// </summary>
public static class RefundFlow
{
    public static readonly FrozenDictionary<
        (RefundState From, RefundStep Step),
        (RefundState To, HoldEffect Hold)
    > Edges = new Dictionary<(RefundState, RefundStep), (RefundState, HoldEffect)>
    {
        [(RefundState.AwaitingEvidence, RefundStep.Approve)] = (RefundState.Approved, HoldEffect.Take),
        [(RefundState.AwaitingEvidence, RefundStep.Await)] = (RefundState.AwaitingApproval, HoldEffect.Take),
        [(RefundState.AwaitingEvidence, RefundStep.Deny)] = (RefundState.Denied, HoldEffect.Keep),
        [(RefundState.AwaitingEvidence, RefundStep.Expire)] = (RefundState.Expired, HoldEffect.Keep),
        [(RefundState.AwaitingEvidence, RefundStep.Withdraw)] = (RefundState.Withdrawn, HoldEffect.Keep),
        [(RefundState.AwaitingApproval, RefundStep.Agree)] = (RefundState.AwaitingApproval, HoldEffect.Keep),
        [(RefundState.AwaitingApproval, RefundStep.Approve)] = (RefundState.Approved, HoldEffect.Keep),
        [(RefundState.AwaitingApproval, RefundStep.Deny)] = (RefundState.Denied, HoldEffect.Release),
        [(RefundState.AwaitingApproval, RefundStep.Decline)] = (RefundState.Declined, HoldEffect.Release),
        [(RefundState.AwaitingApproval, RefundStep.Expire)] = (RefundState.Expired, HoldEffect.Release),
        [(RefundState.AwaitingApproval, RefundStep.Withdraw)] = (RefundState.Withdrawn, HoldEffect.Release),
        [(RefundState.Approved, RefundStep.Dispatch)] = (RefundState.Dispatching, HoldEffect.Keep),
        [(RefundState.Approved, RefundStep.Withdraw)] = (RefundState.Withdrawn, HoldEffect.Release),
        [(RefundState.Dispatching, RefundStep.Settle)] = (RefundState.Settled, HoldEffect.Post),
        [(RefundState.Dispatching, RefundStep.Fail)] = (RefundState.Failed, HoldEffect.Release),
        [(RefundState.Dispatching, RefundStep.Postpone)] = (RefundState.Approved, HoldEffect.Keep),
        [(RefundState.Dispatching, RefundStep.LoseTrack)] = (RefundState.Unconfirmed, HoldEffect.Keep),
        [(RefundState.Dispatching, RefundStep.Accept)] = (RefundState.PendingAtGateway, HoldEffect.Keep),
        [(RefundState.PendingAtGateway, RefundStep.Settle)] = (RefundState.Settled, HoldEffect.Post),
        [(RefundState.PendingAtGateway, RefundStep.Fail)] = (RefundState.Failed, HoldEffect.Release),
        [(RefundState.PendingAtGateway, RefundStep.ProbeLater)] = (RefundState.PendingAtGateway, HoldEffect.Keep),
        [(RefundState.PendingAtGateway, RefundStep.HandOver)] = (RefundState.UnderReview, HoldEffect.Keep),
        [(RefundState.Unconfirmed, RefundStep.Settle)] = (RefundState.Settled, HoldEffect.Post),
        [(RefundState.Unconfirmed, RefundStep.Accept)] = (RefundState.PendingAtGateway, HoldEffect.Keep),
        [(RefundState.Unconfirmed, RefundStep.ProbeLater)] = (RefundState.Unconfirmed, HoldEffect.Keep),
        [(RefundState.Unconfirmed, RefundStep.DispatchAgain)] = (RefundState.Dispatching, HoldEffect.Keep),
        [(RefundState.Unconfirmed, RefundStep.HandOver)] = (RefundState.UnderReview, HoldEffect.Keep),
        [(RefundState.UnderReview, RefundStep.Settle)] = (RefundState.Settled, HoldEffect.Post),
        [(RefundState.UnderReview, RefundStep.Witness)] = (RefundState.UnderReview, HoldEffect.Keep),
        [(RefundState.UnderReview, RefundStep.LetGo)] = (RefundState.Failed, HoldEffect.Release),
        [(RefundState.Settled, RefundStep.Return)] = (RefundState.Returned, HoldEffect.Reverse),
        [(RefundState.Returned, RefundStep.Close)] = (RefundState.Closed, HoldEffect.Keep),
    }.ToFrozenDictionary();

    /// <summary>
    /// How long a refund waits for agreement: a day covers a night and a shift, and of the three business days that the
    /// law gives for paying back it leaves two.
    /// </summary>
    public static readonly TimeSpan ApprovalLife = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a refund waits for evidence: the operator's record comes within minutes, and whoever looks at a vehicle
    /// for a fault does so by the next day. Two days and the one for agreement are the law's three.
    /// </summary>
    public static readonly TimeSpan EvidenceLife = TimeSpan.FromHours(48);

    /// <summary>How long after the asking it is looked at anyway: evidence that comes has it looked at, unless it came
    /// in that very moment and did not see it. By then every transaction of the moment is over.</summary>
    public static readonly TimeSpan EvidenceDelay = TimeSpan.FromMinutes(1);

    /// <summary>How long a key protects an order: Toss keeps it for 15 days from its first use, and a day of that is
    /// for clocks that differ and a process that was away.</summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromDays(14);

    /// <summary>How late a cancel may show in the gateway's own list: before that its absence is no proof that lets go
    /// of the amount.</summary>
    public static readonly TimeSpan SettleDelay = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long to wait after the gateway refused for now, by the number of attempts: 1 s, 2 s, … 15 min, which is
    /// how late a refund is after a wrong key was mended; null: it counts as refused. That is after 23 hours and 47
    /// minutes, so that a person has it within a day.
    /// </summary>
    public static TimeSpan? PostponeDelay(int attempts) =>
        attempts < 105 ? TimeSpan.FromSeconds(Math.Min(900, 1 << Math.Clamp(attempts - 1, 0, 10))) : null;

    /// <summary>How long a refund waits for another one of its payment at a time. It is told when that one ends, unless
    /// somebody looks at it in that very moment.</summary>
    public static readonly TimeSpan OtherDelay = TimeSpan.FromMinutes(15);

    /// <summary>Is an operation at the gateway begun whose end is not known? There is at most one for each
    /// payment.</summary>
    public static bool InFlight(RefundState state) =>
        state
            is RefundState.Dispatching
                or RefundState.PendingAtGateway
                or RefundState.Unconfirmed
                or RefundState.UnderReview;

    /// <summary>Is the amount held?</summary>
    public static bool Holds(RefundState state) =>
        InFlight(state) || state is RefundState.Approved or RefundState.AwaitingApproval;

    /// <summary>The longest wait between two questions.</summary>
    public static readonly TimeSpan LastDelay = TimeSpan.FromHours(1);

    /// <summary>How long to wait before the nth question (from 0) about a refund that is not proven; null:
    /// hand it over.</summary>
    public static TimeSpan? ProbeDelay(int asked) =>
        asked switch
        {
            0 => TimeSpan.FromSeconds(2),
            1 => TimeSpan.FromSeconds(5),
            2 => TimeSpan.FromSeconds(15),
            3 => TimeSpan.FromSeconds(60),
            4 => TimeSpan.FromMinutes(5),
            5 => TimeSpan.FromMinutes(15),
            // 23 hours and 22 minutes in all: with what each question takes a person has it within a day.
            < 29 => LastDelay,
            _ => null,
        };
}
