namespace Mobility.Refunds;

/// <summary>What is known about a cancel. Settled and RefusedForGood are final; the rest stays held.</summary>
public abstract record CancelOutcome
{
    private CancelOutcome() { }

    /// <summary>The gateway lists our cancel with our amount; Balance is the won left after it.</summary>
    public sealed record Settled(string TransactionKey, long Amount, long Balance) : CancelOutcome;

    /// <summary>Refused by a code that stays true, and the gateway's list of cancels does not hold ours.</summary>
    public sealed record RefusedForGood(string Code) : CancelOutcome;

    /// <summary>Nothing was done for this refund, ever; the same order may be sent later.</summary>
    public sealed record NotDone(string Code) : CancelOutcome;

    /// <summary>It may have happened: ask by Query until the gateway proves one or the other.</summary>
    public sealed record Unconfirmed(string Code) : CancelOutcome;
}
