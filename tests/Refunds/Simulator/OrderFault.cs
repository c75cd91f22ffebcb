using Mobility.PaymentGateway;

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
    BankClosed = 12,
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

/// <summary>Refusals that nothing follows: what was refused so was not done and never will be.</summary>
internal static class ForGood
{
    private static readonly string[] Codes =
    [
        "ALREADY_CANCELED_PAYMENT",
        "NOT_CANCELABLE_AMOUNT",
        "NOT_MATCHES_REFUNDABLE_AMOUNT",
        "REFUND_REJECTED",
        "RIDE_ALREADY_ENDED",
    ];

    public static bool Is(Reply reply) =>
        Array.Exists(Codes, code => reply.Body.Contains($"\"{code}\"", StringComparison.Ordinal));
}
