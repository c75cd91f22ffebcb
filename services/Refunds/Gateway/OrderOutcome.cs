namespace Mobility.Refunds;

/// <summary>What is known about an order. Settled and RefusedForGood are final; the rest stays held.</summary>
public abstract record OrderOutcome
{
    private OrderOutcome() { }

    /// <summary>The gateway lists our cancel with our amount, or the back office our act; Balance is the won left of
    /// the payment after a cancel.</summary>
    public sealed record Settled(string TransactionKey, long Amount, long Balance = 0) : OrderOutcome;

    /// <summary>Refused by a code that stays true, and what was done does not hold ours.</summary>
    public sealed record RefusedForGood(string Code) : OrderOutcome;

    /// <summary>Nothing was done for this refund, ever; the same order may be sent later.</summary>
    public sealed record NotDone(string Code) : OrderOutcome;

    /// <summary>The gateway lists our cancel as one that is under way; it will be done or come to nothing.</summary>
    public sealed record Accepted(string Code) : OrderOutcome;

    /// <summary>The gateway lists our cancel as one that came to nothing.</summary>
    public sealed record Aborted(string Code) : OrderOutcome;

    /// <summary>It may have happened: ask by Query until the gateway proves one or the other.</summary>
    public sealed record Unconfirmed(string Code) : OrderOutcome;
}
