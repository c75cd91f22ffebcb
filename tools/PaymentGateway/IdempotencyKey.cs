namespace Mobility.PaymentGateway;

/// <summary>The header Idempotency-Key: at most one, 1 to 300 characters.</summary>
public static class IdempotencyKey
{
    public const int MaxLength = 300;

    public static bool TryRead(HttpContext context, out string? key)
    {
        var values = context.Request.Headers["Idempotency-Key"];
        key = values.Count == 1 ? values[0] : null;
        return values.Count == 0 || key is { Length: >= 1 and <= MaxLength };
    }
}
