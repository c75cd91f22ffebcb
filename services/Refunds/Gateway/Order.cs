using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>
/// What is asked of the gateway or the back office for one refund. Key and body follow from the order's values alone,
/// so every attempt sends the same bytes under the same key; a changed value needs a refund of its own. Repeated is
/// true when an earlier attempt of this refund may have arrived.
/// </summary>
public abstract record Order(Guid RefundId, bool Repeated)
{
    /// <summary>One key for life; the payment gateway keeps it for 15 days, the back office for good.</summary>
    public string IdempotencyKey => $"refund-{RefundId:D}";

    /// <summary>How the reason of each of our cancels begins.</summary>
    public const string ReasonStart = "Mobility refund ";

    /// <summary>Carries the refund's id, by which what was done is recognised when its reply was lost.</summary>
    public string Reason => $"{ReasonStart}{RefundId:D}";

    public abstract string Body();
}

/// <summary>Money back through the payment gateway. Amount is the won to pay back, RefundableBefore what we believe the
/// gateway still has of the payment (it refuses when it differs).</summary>
public sealed record CancelOrder(
    string PaymentKey,
    Guid RefundId,
    long Amount,
    long RefundableBefore,
    bool Repeated = false
) : Order(RefundId, Repeated)
{
    public long RefundableAfter => RefundableBefore - Amount;

    public override string Body() =>
        JsonSerializer.Serialize(
            new
            {
                cancelReason = Reason,
                cancelAmount = Amount,
                refundableAmount = RefundableBefore,
            }
        );
}

/// <summary>An act of the operator's back office: of a kind, on a rider, ride or vehicle, worth an amount of won or
/// null.</summary>
public sealed record BackOfficeOrder(
    Guid RefundId,
    string Kind,
    string SubjectField,
    string Subject,
    long? Amount,
    bool Repeated = false
) : Order(RefundId, Repeated)
{
    public override string Body()
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal) { [SubjectField] = Subject };
        if (Amount is { } amount)
        {
            body["amount"] = amount;
        }
        body["reason"] = Reason;
        return JsonSerializer.Serialize(body);
    }
}
