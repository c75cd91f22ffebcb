namespace Mobility.PaymentGateway;

/// <summary>POST /v1/payments/{paymentKey}/cancel: the planned faults around the book's decision.</summary>
public sealed class CancelEndpoint(GatewayBooks books, TimeProvider clock, CancellationToken stopping)
{
    public async Task Handle(HttpContext context)
    {
        var paymentKey = GatewayApp.Route(context, "paymentKey");
        if (!IdempotencyKey.TryRead(context, out var key))
        {
            await Reply.Refuse("INVALID_IDEMPOTENCY_KEY").Send(context);
            return;
        }
        if (await RequestBody.Read(context) is not { } body)
        {
            await Reply.Refuse("INVALID_REQUEST").Send(context);
            return;
        }
        if (books.Faults.Take(FaultKind.TimeoutBefore, paymentKey))
        {
            await Silence.Keep(context, clock, stopping);
            return;
        }
        if (await Decide(CancelAttempt.From(context, paymentKey, key, body)) is not { } reply)
        {
            context.Abort();
            return;
        }
        if (reply.Status == 200 && books.Faults.Take(FaultKind.TimeoutAfterSuccess, paymentKey))
        {
            await Silence.Keep(context, clock, stopping);
            return;
        }
        await reply.Send(context);
    }

    private async Task<Reply?> Decide(CancelAttempt attempt)
    {
        if (books.Payments.Enter(attempt) is { } early)
        {
            return early;
        }
        try
        {
            // A stop ends the hold without the cancel, as a crash would.
            var goOn = !books.Faults.Take(FaultKind.Hold, attempt.PaymentKey) || await books.Faults.Held(stopping);
            return !goOn ? null : Answer(attempt);
        }
        finally
        {
            books.Payments.Leave(attempt);
        }
    }

    private Reply Answer(CancelAttempt attempt)
    {
        var (faults, key) = (books.Faults, attempt.PaymentKey);
        if (books.Payments.IsTooSoon(key) && faults.Take(FaultKind.Consecutive, key))
        {
            return Reply.Refuse("FORBIDDEN_CONSECUTIVE_REQUEST");
        }
        if (faults.Taken(FaultKind.Error, key) is { } passing)
        {
            return Reply.Refuse(passing.CodeOrUsual);
        }
        if (faults.Taken(FaultKind.StoredError, key) is { } stored)
        {
            return books.Payments.Refuse(attempt, Reply.Refuse(stored.CodeOrUsual));
        }
        return books.Payments.Cancel(
            attempt,
            faults.Taken(FaultKind.StoredErrorAfterSuccess, key) is { } late ? Reply.Refuse(late.CodeOrUsual) : null,
            faults.Take(FaultKind.Pending, key)
        );
    }
}
