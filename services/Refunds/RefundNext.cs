namespace Mobility.Refunds;

/// <summary>What is to be done for a refund when the transaction that looked at it is over.</summary>
public abstract record RefundNext
{
    /// <summary>Send the order: it is behind the fence.</summary>
    public sealed record Send(Order Order, int Attempt) : RefundNext;

    /// <summary>Ask what became of the order.</summary>
    public sealed record Ask(Order Order) : RefundNext;

    /// <summary>Ask besides, because of a hint.</summary>
    public sealed record Reread(Order Order) : RefundNext;

    /// <summary>Decide it again: its evidence may have come.</summary>
    public sealed record Decide(Guid RefundId) : RefundNext;

    /// <summary>End it, unless it changed meanwhile: its delegation was stopped before the fence.</summary>
    public sealed record Stop(Guid RefundId, long Revision) : RefundNext;

    /// <summary>Nothing: it changed.</summary>
    public sealed record Done : RefundNext;

    /// <summary>Nothing: it has to wait.</summary>
    public sealed record Wait : RefundNext;
}
