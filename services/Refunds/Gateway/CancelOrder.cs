using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>
/// What is asked of the gateway for one refund. Key and body follow from these values alone, so every attempt sends the
/// same bytes under the same key; a changed value needs a refund of its own. Amount is the won to pay back,
/// RefundableBefore what we believe the payment still holds (the gateway refuses when it differs), Repeated is true
/// when an earlier attempt of this refund may have reached the gateway.
/// </summary>
public sealed record CancelOrder(
    string PaymentKey,
    Guid RefundId,
    long Amount,
    long RefundableBefore,
    bool Repeated = false
)
{
    /// <summary>One key for life; the gateway keeps it for 15 days.</summary>
    public string IdempotencyKey => $"refund-{RefundId:D}";

    /// <summary>Carries the refund's id, by which a cancel whose reply was lost is recognised.</summary>
    public string CancelReason => $"Mobility refund {RefundId:D}";

    public long RefundableAfter => RefundableBefore - Amount;

    public string Body() =>
        JsonSerializer.Serialize(
            new
            {
                cancelReason = CancelReason,
                cancelAmount = Amount,
                refundableAmount = RefundableBefore,
            }
        );
}
