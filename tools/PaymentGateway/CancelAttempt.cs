namespace Mobility.PaymentGateway;

/// <summary>
/// One request to cancel, as it came in. Key is null without the header, which Toss allows; Scope is method and path;
/// an Amount of null means the whole balance; Refundable is the balance the caller believes in, null to leave it out.
/// </summary>
public sealed record CancelAttempt(
    string PaymentKey,
    string? Key,
    string Scope,
    RequestBody Body,
    string Reason,
    long? Amount,
    long? Refundable
)
{
    public static CancelAttempt From(HttpContext context, string paymentKey, string? key, RequestBody body) =>
        new(
            paymentKey,
            key,
            $"{context.Request.Method} {context.Request.Path}",
            body,
            body.Text("cancelReason", 200),
            body.Amount("cancelAmount", 1, long.MaxValue),
            body.Amount("refundableAmount", 0, long.MaxValue)
        );

    public KeptReply? Keep(DateTimeOffset now, Reply reply) =>
        Key is null ? null : new KeptReply(Key, Scope, Body.Hash, now, reply.Status, reply.Body);
}
