using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>One cancel as the gateway lists it, in won; Status is null in versions of the API without it.</summary>
public sealed record CancelAtGateway(
    string TransactionKey,
    long Amount,
    long BalanceAfter,
    string Reason,
    string? Status
)
{
    /// <summary>Was it done?</summary>
    public bool Stands => Status is null or "DONE";

    /// <summary>Was it taken, and is it not done yet?</summary>
    public bool IsUnderWay => Status is "IN_PROGRESS";

    /// <summary>Did it come to nothing?</summary>
    public bool IsAborted => Status is "ABORTED";

    /// <summary>Is it done or come to nothing, and not under way?</summary>
    public bool IsFinal => Stands || IsAborted;

    /// <summary>Does its reason carry the id of that refund of ours?</summary>
    public bool Names(Guid refundId) => Reason.Contains(refundId.ToString("D"), StringComparison.OrdinalIgnoreCase);

    /// <summary>Does it say that it is a refund of ours, whichever?</summary>
    public bool NamesARefund => Reason.Contains(Order.ReasonStart, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The gateway's record of a payment. A full cancel is told by the balance, never by a status text.</summary>
public sealed record PaymentAtGateway(
    string PaymentKey,
    long Total,
    long Balance,
    IReadOnlyList<CancelAtGateway> Cancels
)
{
    /// <summary>
    /// What became of the order: Settled; Accepted while it is under way; Aborted; Unconfirmed when an entry carries
    /// our refund's id but does not fit; null when the list proves that the gateway did nothing for this refund.
    /// </summary>
    public OrderOutcome? OutcomeOf(CancelOrder order)
    {
        var ours = Cancels.Where(cancel => cancel.Names(order.RefundId)).ToArray();
        // One that came to nothing does not hide another, such as one that a person made in its stead.
        var alive = ours.Where(cancel => !cancel.IsAborted).ToArray();
        return (alive is [] ? ours : alive) switch
        {
            [] => null,
            [var cancel] when cancel.Amount != order.Amount => new OrderOutcome.Unconfirmed("AMOUNT_DIFFERS"),
            [{ IsUnderWay: true } cancel] => new OrderOutcome.Accepted($"CANCEL_{cancel.Status}"),
            [{ IsAborted: true } cancel] => new OrderOutcome.Aborted($"CANCEL_{cancel.Status}"),
            [{ Stands: false } cancel] => new OrderOutcome.Unconfirmed($"CANCEL_{cancel.Status}"),
            [var cancel] when !Fits(cancel, order.RefundableAfter) => new OrderOutcome.Unconfirmed("BALANCE_DIFFERS"),
            [var cancel] => new OrderOutcome.Settled(cancel.TransactionKey, cancel.Amount, cancel.BalanceAfter),
            _ => new OrderOutcome.Unconfirmed("SEVERAL_CANCELS"),
        };
    }

    /// <summary>Is there a cancel that was done for that refund of ours and proves it?</summary>
    public bool Proves(OwnCancel refund) =>
        Cancels.Where(cancel => cancel.Names(refund.RefundId) && !cancel.IsAborted).ToArray()
            is [{ Stands: true } cancel]
        && cancel.Amount == refund.Amount
        && Fits(cancel, refund.RefundableAfter);

    /// <summary>Is its balance the one that its order leads to, or one that all cancels together explain?</summary>
    private bool Fits(CancelAtGateway cancel, long? refundableAfter) =>
        cancel.BalanceAfter == refundableAfter || IsChain;

    /// <summary>Does each cancel that was done lead from one balance to the next, from the captured amount to what is
    /// left? Then nothing is hidden between them, whoever made them and in whatever order they are listed.</summary>
    private bool IsChain
    {
        get
        {
            var left = Total;
            foreach (var cancel in Cancels.Where(cancel => cancel.Stands).OrderByDescending(one => one.BalanceAfter))
            {
                left -= cancel.Amount;
                if (left != cancel.BalanceAfter)
                {
                    return false;
                }
            }
            return left == Balance;
        }
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
