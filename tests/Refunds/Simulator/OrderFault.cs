namespace Mobility.Tests.Refunds.Simulator;

/// <summary>What goes wrong with one order.</summary>
internal enum OrderFault
{
    None = 0,
    RequestLost = 1,

    /// <summary>It arrives after its sender gave up.</summary>
    RequestLate = 2,
    ReplyLost = 3,
    Consecutive = 4,
    ProviderError = 5,
    UnlistedCode = 6,
    NoJson = 7,
    StoredError = 8,
    StoredErrorAfterSuccess = 9,
    Rejected = 10,

    /// <summary>It is taken, and done or given up minutes later.</summary>
    TakenOnly = 11,
}

/// <summary>A cancel as the gateway's ledger has it.</summary>
internal sealed record GatewayCancel(
    string PaymentKey,
    string TransactionKey,
    long CancelAmount,
    string CancelReason,
    string CancelStatus
)
{
    public bool Stands => CancelStatus == "DONE";
}
