using System.Text.Json.Serialization;

namespace Mobility.PaymentGateway;

/// <summary>One line of ledger.jsonl. A cancel and the reply kept for its key share a line: both or neither.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PaymentCaptured), "payment")]
[JsonDerivedType(typeof(CancelDone), "cancel")]
[JsonDerivedType(typeof(CancelRefused), "refusal")]
[JsonDerivedType(typeof(CancelReturned), "return")]
[JsonDerivedType(typeof(CancelCompleted), "completion")]
public abstract record LedgerLine;

/// <summary>A payment that was made; amounts are whole won.</summary>
public sealed record PaymentCaptured(
    string PaymentKey,
    string OrderId,
    long Amount,
    string Method,
    DateTimeOffset ApprovedAt
) : LedgerLine;

/// <summary>
/// A cancel that was done, or taken while Pending; RefundableAmount is what the payment still holds after it.
/// </summary>
public sealed record CancelDone(
    string PaymentKey,
    string TransactionKey,
    long CancelAmount,
    string CancelReason,
    long RefundableAmount,
    DateTimeOffset CanceledAt,
    KeptReply? Kept,
    bool Pending = false
) : LedgerLine;

public sealed record CancelRefused(KeptReply Kept) : LedgerLine;

/// <summary>A cancel that was under way is done.</summary>
public sealed record CancelCompleted(string PaymentKey, string TransactionKey, DateTimeOffset CompletedAt) : LedgerLine;

/// <summary>A cancel that was done or under way came to nothing: the payment holds its won again.</summary>
public sealed record CancelReturned(string PaymentKey, string TransactionKey, DateTimeOffset ReturnedAt) : LedgerLine;

/// <summary>
/// The first reply under an idempotency key, replayed to every repeat for 15 days. Scope is method and path, without
/// which a key means nothing; BodyHash is SHA-256 of the request's bytes in hex.
/// </summary>
public sealed record KeptReply(
    string IdempotencyKey,
    string Scope,
    string BodyHash,
    DateTimeOffset FirstUsedAt,
    int Status,
    string Body
);
