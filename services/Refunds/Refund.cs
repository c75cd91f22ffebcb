using System.Collections.Immutable;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A refund from the request to the gateway's proof. Changes only by its pure transitions.</summary>
public sealed record Refund
{
    public required string ClientId { get; init; }
    public required Guid RefundId { get; init; }

    /// <summary>Null for what has no amount.</summary>
    public required Guid? PaymentId { get; init; }

    /// <summary>0 for a ride that is ended and a vehicle that is locked.</summary>
    public required long Amount { get; init; }
    public required Guid? DelegationId { get; init; }

    /// <summary>Epoch of the delegation at the admission: the fence lets through no other.</summary>
    public required long Epoch { get; init; }

    /// <summary>Where the amount is held.</summary>
    public required ImmutableArray<BudgetSlot> Debits { get; init; }
    public required RefundState State { get; init; }
    public required long Revision { get; init; }
    public required DateTimeOffset UpdateTime { get; init; }
    public int AttemptCount { get; init; }

    /// <summary>How often the gateway was asked what became of it.</summary>
    public int ProbeCount { get; init; }

    /// <summary>When the settle job looks at it next; null when there is nothing to do for it.</summary>
    public DateTimeOffset? NextTime { get; init; }
    public string GatewayCode { get; init; } = "";
    public string GatewayTransactionKey { get; init; } = "";
    public DateTimeOffset? SettleTime { get; init; }

    /// <summary>The value added tax in the amount; null until money went back.</summary>
    public long? VatAmount { get; init; }

    /// <summary>Whose agreement is missing next; unspecified when nobody's.</summary>
    public MemberRole AwaitedRole { get; init; }

    /// <summary>When the wait ends by itself; a moment exactly then is too late.</summary>
    public DateTimeOffset? ExpireTime { get; init; }
    public string DeclinedBy { get; init; } = "";
    public string DeclineNote { get; init; } = "";

    /// <summary>Who asked for it and took it back; empty when a stop withdrew it, or nothing did.</summary>
    public string WithdrawnBy { get; init; } = "";

    /// <summary>The refund that settled in its place; null until it is closed.</summary>
    public Guid? ReplacedBy { get; init; }

    /// <summary>When it is sent next, of one that was put off; null of every other.</summary>
    public DateTimeOffset? NextSendTime => State == RefundState.Approved && GatewayCode.Length > 0 ? NextTime : null;

    /// <summary>The next person in the chain has to agree too.</summary>
    public Refund Agree(MemberRole next, DateTimeOffset now) => Take(RefundStep.Agree, now) with { AwaitedRole = next };

    public Refund Approve(DateTimeOffset now) => EndWait(RefundStep.Approve, now) with { NextTime = now };

    /// <summary>It has its evidence: now people have to agree, for which they have as long as for any.</summary>
    public Refund Await(MemberRole first, DateTimeOffset now) =>
        Take(RefundStep.Await, now) with
        {
            AwaitedRole = first,
            ExpireTime = now + RefundFlow.ApprovalLife,
            NextTime = now + RefundFlow.ApprovalLife,
        };

    /// <summary>It lacks evidence still: looked at anyway soon after it was asked for, and when its time is
    /// over.</summary>
    public Refund WaitOn(DateTimeOffset now)
    {
        var look = ExpireTime - RefundFlow.EvidenceLife + RefundFlow.EvidenceDelay;
        return this with { NextTime = now < look ? look : ExpireTime };
    }

    public Refund Deny(DateTimeOffset now) => EndWait(RefundStep.Deny, now);

    public Refund Decline(string person, string note, DateTimeOffset now) =>
        EndWait(RefundStep.Decline, now) with
        {
            DeclinedBy = person,
            DeclineNote = note,
        };

    public Refund Expire(DateTimeOffset now) => EndWait(RefundStep.Expire, now);

    /// <summary>Through the fence: the attempt has to be over by the deadline, else it is unconfirmed.
    /// Going again counts as asked.</summary>
    public Refund Dispatch(DateTimeOffset now, DateTimeOffset deadline)
    {
        var again = State == RefundState.Unconfirmed;
        return Take(again ? RefundStep.DispatchAgain : RefundStep.Dispatch, now) with
        {
            AttemptCount = AttemptCount + 1,
            ProbeCount = ProbeCount + (again ? 1 : 0),
            NextTime = deadline,
        };
    }

    /// <summary>A stop came before the fence.</summary>
    public Refund Withdraw(DateTimeOffset now) => EndWait(RefundStep.Withdraw, now);

    /// <summary>Who asked for it takes it back.</summary>
    public Refund TakeBack(string person, DateTimeOffset now) => Withdraw(now) with { WithdrawnBy = person };

    public Refund Settle(string transactionKey, DateTimeOffset now) =>
        Take(RefundStep.Settle, now) with
        {
            GatewayTransactionKey = transactionKey,
            GatewayCode = "",
            SettleTime = now,
            NextTime = null,
        };

    /// <summary>The customer does not have it after all; what proved it stays.</summary>
    public Refund Return(string code, DateTimeOffset now) => Take(RefundStep.Return, now) with { GatewayCode = code };

    /// <summary>The customer has it by that other one.</summary>
    public Refund Close(Guid replacedBy, DateTimeOffset now) =>
        Take(RefundStep.Close, now) with
        {
            ReplacedBy = replacedBy,
        };

    public Refund Fail(string code, DateTimeOffset now) =>
        Take(RefundStep.Fail, now) with
        {
            GatewayCode = code,
            NextTime = null,
        };

    /// <summary>Sent again later, or when those open who are closed; not for one that was refused often
    /// enough.</summary>
    public Refund Postpone(string code, DateTimeOffset now, DateTimeOffset? opening = null) =>
        Take(RefundStep.Postpone, now) with
        {
            GatewayCode = code,
            NextTime = opening ?? now + RefundFlow.PostponeDelay(AttemptCount)!.Value,
        };

    /// <summary>The first question is asked at once when the wait was long already, as after a crash.</summary>
    public Refund LoseTrack(string code, DateTimeOffset now, bool askAtOnce) =>
        Take(RefundStep.LoseTrack, now) with
        {
            GatewayCode = code,
            NextTime = askAtOnce ? now : now + (RefundFlow.ProbeDelay(ProbeCount) ?? RefundFlow.LastDelay),
        };

    /// <summary>
    /// The gateway has it and is not done with it. What it says of one that came to nothing counts only when it is
    /// asked from here: so the amount is never let go on one answer.
    /// </summary>
    public Refund Accept(string code, DateTimeOffset now, bool askAtOnce)
    {
        var asked = ProbeCount + (State == RefundState.Unconfirmed ? 1 : 0);
        return State == RefundState.Unconfirmed && IsExhausted && !askAtOnce
            ? HandOver(code, now)
            : Take(RefundStep.Accept, now) with
            {
                GatewayCode = code,
                ProbeCount = asked,
                NextTime = askAtOnce ? now : now + (RefundFlow.ProbeDelay(asked) ?? RefundFlow.LastDelay),
            };
    }

    /// <summary>Has the machine asked as often as it should?</summary>
    public bool IsExhausted => RefundFlow.ProbeDelay(ProbeCount + 1) is null;

    /// <summary>Asks again later, or hands it over when it was asked often enough.</summary>
    public Refund Probed(string code, DateTimeOffset now) =>
        RefundFlow.ProbeDelay(ProbeCount + 1) is { } delay
            ? Take(RefundStep.ProbeLater, now) with
            {
                GatewayCode = code,
                ProbeCount = ProbeCount + 1,
                NextTime = now + delay,
            }
            : HandOver(code, now);

    public Refund HandOver(string code, DateTimeOffset now) =>
        Take(RefundStep.HandOver, now) with
        {
            GatewayCode = code,
            NextTime = null,
        };

    /// <summary>A person said what became of it.</summary>
    public Refund Witness(DateTimeOffset now) => Take(RefundStep.Witness, now);

    /// <summary>Two persons said that nothing was done; what the gateway said last stays.</summary>
    public Refund LetGo(DateTimeOffset now) => Take(RefundStep.LetGo, now);

    private Refund EndWait(RefundStep step, DateTimeOffset now) =>
        Take(step, now) with
        {
            AwaitedRole = MemberRole.Unspecified,
            ExpireTime = null,
            NextTime = null,
        };

    private Refund Take(RefundStep step, DateTimeOffset now) =>
        RefundFlow.Edges.TryGetValue((State, step), out var edge)
            ? this with
            {
                State = edge.To,
                Revision = Revision + 1,
                UpdateTime = now,
            }
            : throw new InvalidOperationException($"refund {RefundId} is {State} and cannot take the step {step}");
}
