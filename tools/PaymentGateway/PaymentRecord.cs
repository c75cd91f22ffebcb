namespace Mobility.PaymentGateway;

/// <summary>A captured payment with its cancels, and how Toss's Payment object shows it (version 2022-11-16).</summary>
public sealed class PaymentRecord(PaymentCaptured captured)
{
    private readonly List<CancelDone> cancels = [];
    private readonly HashSet<string> returned = new(StringComparer.Ordinal);
    private readonly HashSet<string> pending = new(StringComparer.Ordinal);

    public PaymentCaptured Captured => captured;

    public long Balance { get; private set; } = captured.Amount;

    /// <summary>False when the cancel does not follow from the balance: a ledger line is missing or changed.</summary>
    public bool Allows(CancelDone cancel) =>
        cancel.CancelAmount > 0
        && cancel.RefundableAmount >= 0
        && Balance - cancel.CancelAmount == cancel.RefundableAmount;

    /// <summary>Takes the cancel; the line that it is in the list of transactions, if it is done.</summary>
    public TransactionLine? Apply(CancelDone cancel)
    {
        cancels.Add(cancel);
        Balance = cancel.RefundableAmount;
        return cancel.Pending && pending.Add(cancel.TransactionKey) ? null : TransactionLine.Of(captured, cancel);
    }

    /// <summary>The last cancel that is under way; null when there is none.</summary>
    public CancelDone? UnderWay => cancels.FindLast(IsPending);

    public bool Allows(CancelCompleted end) => pending.Contains(end.TransactionKey);

    public TransactionLine Apply(CancelCompleted end)
    {
        pending.Remove(end.TransactionKey);
        return TransactionLine.Of(captured, Standing(end.TransactionKey)! with { CanceledAt = end.CompletedAt });
    }

    /// <summary>The last cancel that still stands, or the one of that key if it stands; null when there is
    /// none.</summary>
    public CancelDone? Standing(string? transactionKey) =>
        cancels.FindLast(c =>
            !returned.Contains(c.TransactionKey) && (transactionKey is null || c.TransactionKey == transactionKey)
        );

    public bool Allows(CancelReturned back) => Standing(back.TransactionKey) is not null;

    /// <summary>The line that it is in the list of transactions, if the cancel was in it.</summary>
    public TransactionLine? Apply(CancelReturned back)
    {
        var cancel = Standing(back.TransactionKey)!;
        Balance += cancel.CancelAmount;
        returned.Add(back.TransactionKey);
        return pending.Remove(back.TransactionKey) ? null : TransactionLine.Of(captured, cancel, back);
    }

    /// <summary>As Toss tells it.</summary>
    public string StatusOf(CancelDone cancel) =>
        IsReturned(cancel) ? "ABORTED"
        : IsPending(cancel) ? "IN_PROGRESS"
        : "DONE";

    /// <summary>The payment after <paramref name="cancel"/>, for the reply that is stored with it.</summary>
    public PaymentRecord With(CancelDone cancel)
    {
        var copy = Copy(cancels.Count);
        copy.Apply(cancel);
        return copy;
    }

    /// <summary>The payment as it was before its last cancel.</summary>
    public PaymentRecord WithoutLast() => cancels.Count == 0 ? this : Copy(cancels.Count - 1);

    private bool IsPending(CancelDone cancel) => pending.Contains(cancel.TransactionKey);

    private bool IsReturned(CancelDone cancel) => returned.Contains(cancel.TransactionKey);

    private PaymentRecord Copy(int count)
    {
        var copy = new PaymentRecord(captured) { Balance = Balance };
        copy.cancels.AddRange(cancels.Take(count));
        copy.returned.UnionWith(returned);
        copy.pending.UnionWith(pending);
        copy.Balance += cancels.Skip(count).Where(c => !IsReturned(c)).Sum(c => c.CancelAmount);
        return copy;
    }

    public object View()
    {
        // Toss takes the tax-inclusive tenth out of what is left: 15,000 won are 13,636 and 1,364.
        var vat = (long)decimal.Round(Balance / 11m, MidpointRounding.AwayFromZero);
        return new
        {
            mId = "mobility-simulator",
            version = "2022-11-16",
            type = "NORMAL",
            lastTransactionKey = cancels.Count > 0 ? cancels[^1].TransactionKey : null,
            paymentKey = captured.PaymentKey,
            orderId = captured.OrderId,
            orderName = captured.OrderId,
            currency = "KRW",
            country = "KR",
            method = captured.Method,
            status = Status(),
            requestedAt = captured.ApprovedAt,
            approvedAt = captured.ApprovedAt,
            useEscrow = false,
            cultureExpense = false,
            isPartialCancelable = true,
            totalAmount = captured.Amount,
            balanceAmount = Balance,
            suppliedAmount = Balance - vat,
            vat,
            taxFreeAmount = 0,
            taxExemptionAmount = 0,
            cancels = cancels.Count == 0 ? null : cancels.Select(View).ToArray(),
            failure = (object?)null,
        };
    }

    // Toss's own guide shows a payment emptied by several cancels as PARTIAL_CANCELED: only the balance tells.
    private string Status() =>
        cancels.Count == 0 ? "DONE"
        : cancels.Count == 1 && Balance == 0 ? "CANCELED"
        : "PARTIAL_CANCELED";

    private object View(CancelDone cancel) =>
        new
        {
            cancelAmount = cancel.CancelAmount,
            cancelReason = cancel.CancelReason,
            taxFreeAmount = 0,
            taxExemptionAmount = 0,
            refundableAmount = cancel.RefundableAmount,
            easyPayDiscountAmount = 0,
            transferDiscountAmount = 0,
            canceledAt = cancel.CanceledAt,
            transactionKey = cancel.TransactionKey,
            receiptKey = (string?)null,
            cancelStatus = StatusOf(cancel),
            cancelRequestId = cancel.Pending ? cancel.TransactionKey : null,
        };
}
