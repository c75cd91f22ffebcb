using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>One cancel as the gateway lists it, in won; Status is null in versions of the API without it.</summary>
public sealed record CancelAtGateway(
    string TransactionKey,
    long Amount,
    long BalanceAfter,
    string Reason,
    string? Status
);

/// <summary>The gateway's record of a payment. A full cancel is told by the balance, never by a status text.</summary>
public sealed record PaymentAtGateway(
    string PaymentKey,
    long Total,
    long Balance,
    IReadOnlyList<CancelAtGateway> Cancels
)
{
    /// <summary>
    /// What became of the order: Settled; Unconfirmed when an entry carries our refund's id but does not fit; null
    /// when the list proves that the gateway did nothing for this refund.
    /// </summary>
    public OrderOutcome? OutcomeOf(CancelOrder order)
    {
        var token = order.RefundId.ToString("D");
        var ours = Cancels.Where(c => c.Reason.Contains(token, StringComparison.OrdinalIgnoreCase)).ToArray();
        return ours switch
        {
            [] => null,
            [{ Status: not (null or "DONE") } cancel] => new OrderOutcome.Unconfirmed($"CANCEL_{cancel.Status}"),
            [var cancel] when cancel.Amount != order.Amount => new OrderOutcome.Unconfirmed("AMOUNT_DIFFERS"),
            [var cancel] when cancel.BalanceAfter != order.RefundableAfter => new OrderOutcome.Unconfirmed(
                "BALANCE_DIFFERS"
            ),
            [var cancel] => new OrderOutcome.Settled(cancel.TransactionKey, cancel.Amount, cancel.BalanceAfter),
            _ => new OrderOutcome.Unconfirmed("SEVERAL_CANCELS"),
        };
    }

    /// <summary>
    /// Does this answer show what the refusal of a repeated order denies? Then it is older than the refusal, and our
    /// own earlier attempt may be the cause that it does not show yet.
    /// </summary>
    public bool Belies(string code, CancelOrder order) =>
        order.Repeated
        && code switch
        {
            TossCodes.BalanceDiffers => Balance == order.RefundableBefore,
            TossCodes.NothingLeft => Balance > 0,
            _ => false,
        };

    /// <summary>A Payment object; null when it is none, another payment's, or lacks what proof needs.</summary>
    public static PaymentAtGateway? Parse(string paymentKey, JsonElement json)
    {
        try
        {
            if (json.GetProperty("paymentKey").GetString() != paymentKey)
            {
                return null;
            }
            var cancels = json.GetProperty("cancels");
            return new PaymentAtGateway(
                paymentKey,
                json.GetProperty("totalAmount").GetInt64(),
                json.GetProperty("balanceAmount").GetInt64(),
                cancels.ValueKind == JsonValueKind.Null ? [] : [.. cancels.EnumerateArray().Select(Cancel)]
            );
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static CancelAtGateway Cancel(JsonElement json) =>
        new(
            json.GetProperty("transactionKey").GetString() is { Length: > 0 } key ? key : throw new FormatException(),
            json.GetProperty("cancelAmount").GetInt64(),
            json.GetProperty("refundableAmount").GetInt64(),
            json.GetProperty("cancelReason").GetString() ?? "",
            json.TryGetProperty("cancelStatus", out var status) ? status.GetString() : null
        );
}
