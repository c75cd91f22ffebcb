namespace Mobility.Launcher;

/// <summary>
/// The money: what the gateway paid back is what our refunds say, payment by payment, and the ledger and the payments
/// add up to the same. Over the whole database, not only over one run.
/// </summary>
public static class DemoMoneyCheck
{
    public static IEnumerable<string> Findings(DemoBooks books) =>
        [.. AtGateway(books), .. AtBackOffice(books), .. InLedger(books), .. InPayments(books)];

    /// <summary>What is no money is done by the back office, once for each settled refund.</summary>
    private static IEnumerable<string> AtBackOffice(DemoBooks books)
    {
        var acts = books.BackOffice.ToLookup(entry => entry.IdempotencyKey, StringComparer.Ordinal);
        var known = books.Refunds.Where(one => !one.IsCancel && (one.IsSettled || one.IsHolding)).ToList();
        foreach (var refund in known.Where(one => one.IsSettled && acts[one.Key].Count() != 1))
        {
            yield return $"the back office did {acts[refund.Key].Count()} acts for refund {refund.RefundId}, "
                + "its row says settled once";
        }
        foreach (var entry in books.BackOffice.ExceptBy(known.Select(one => one.Key), entry => entry.IdempotencyKey))
        {
            yield return $"the back office did {entry.Kind} {entry.Id} for {entry.Subject}, no refund of ours says so";
        }
    }

    private static IEnumerable<string> AtGateway(DemoBooks books)
    {
        var entries = books.Gateway.ToLookup(entry => entry.PaymentKey, StringComparer.Ordinal);
        var refunds = books.Refunds.Where(one => one.IsCancel).ToLookup(refund => refund.PaymentId);
        var keys = books.Payments.Select(payment => payment.PaymentKey).ToHashSet(StringComparer.Ordinal);
        foreach (var payment in books.Payments)
        {
            foreach (
                var finding in AtGateway(payment, [.. entries[payment.PaymentKey]], [.. refunds[payment.PaymentId]])
            )
            {
                yield return $"payment {payment.PaymentId}: {finding}";
            }
        }
        foreach (var entry in books.Gateway.Where(entry => !keys.Contains(entry.PaymentKey)))
        {
            yield return $"the gateway cancelled {entry.CancelAmount:N0} won ({entry.TransactionKey}) of payment "
                + $"{entry.PaymentKey}, which nobody recorded";
        }
    }

    private static IEnumerable<string> AtGateway(
        PaymentBook payment,
        IReadOnlyList<GatewayEntry> entries,
        IReadOnlyList<RefundBook> refunds
    )
    {
        foreach (var refund in refunds.Where(refund => refund.IsSettled))
        {
            var own = entries.Where(entry => entry.IdempotencyKey == refund.Key).ToList();
            if (own.Count != 1)
            {
                yield return $"the gateway has {own.Count} cancels for refund {refund.RefundId}, "
                    + "its row says settled once";
            }
            foreach (var entry in own.Where(entry => entry.CancelAmount != refund.Amount))
            {
                yield return $"the gateway cancelled {entry.CancelAmount:N0} won, refund {refund.RefundId} says "
                    + $"{refund.Amount:N0}";
            }
            foreach (var entry in own.Where(entry => entry.TransactionKey != refund.TransactionKey))
            {
                yield return $"the gateway's proof of refund {refund.RefundId} is {entry.TransactionKey}, its row "
                    + $"says {refund.TransactionKey}";
            }
        }
        // A refund that is under way may have its cancel already.
        var known = refunds.Where(refund => refund.IsSettled || refund.IsHolding).Select(refund => refund.Key);
        foreach (var entry in entries.ExceptBy(known, entry => entry.IdempotencyKey))
        {
            yield return $"the gateway cancelled {entry.CancelAmount:N0} of its {payment.Amount:N0} won as "
                + $"{entry.TransactionKey}, no refund of ours says so";
        }
    }

    private static IEnumerable<string> InLedger(DemoBooks books)
    {
        var rows = books.Ledger.ToLookup(row => row.RefundId);
        foreach (var refund in books.Refunds)
        {
            var due = Due(refund).ToList();
            var found = rows[refund.RefundId].Select(row => (row.Kind, row.Account, row.Amount)).ToList();
            foreach (var sum in rows[refund.RefundId].GroupBy(row => row.Kind, row => row.Amount))
            {
                if (sum.Sum() != 0)
                {
                    yield return $"the {sum.Key} rows of refund {refund.RefundId} come to {sum.Sum():N0} won, not to 0";
                }
            }
            foreach (var (kind, account, amount) in due.Except(found))
            {
                yield return $"refund {refund.RefundId} is {refund.State}: its ledger row {kind} {account} "
                    + $"{amount:N0} is missing";
            }
            foreach (var (kind, account, amount) in found.Except(due))
            {
                yield return $"refund {refund.RefundId} is {refund.State}: its ledger row {kind} {account} "
                    + $"{amount:N0} must not be there";
            }
        }
    }

    /// <summary>The rows that a refund in its state must have, each exactly once.</summary>
    private static IEnumerable<(string Kind, string Account, long Amount)> Due(RefundBook refund)
    {
        if (refund.PaymentId is null)
        {
            yield break;
        }
        if (refund.IsHolding || refund.IsSettled || refund.IsReleased)
        {
            yield return ("HOLD", "PAYMENT_AVAILABLE", -refund.Amount);
            yield return ("HOLD", "PAYMENT_HELD", refund.Amount);
        }
        if (refund.IsSettled)
        {
            yield return ("POST", "PAYMENT_HELD", -refund.Amount);
            yield return ("POST", "CUSTOMER_REFUNDED", refund.Amount);
        }
        if (refund.IsReleased)
        {
            yield return ("RELEASE", "PAYMENT_HELD", -refund.Amount);
            yield return ("RELEASE", "PAYMENT_AVAILABLE", refund.Amount);
        }
    }

    private static IEnumerable<string> InPayments(DemoBooks books)
    {
        var refunds = books.Refunds.ToLookup(refund => refund.PaymentId);
        foreach (var payment in books.Payments)
        {
            var settled = refunds[payment.PaymentId].Where(refund => refund.IsSettled).Sum(refund => refund.Amount);
            var held = refunds[payment.PaymentId].Where(refund => refund.IsHolding).Sum(refund => refund.Amount);
            if ((payment.Settled, payment.Held) != (settled, held))
            {
                yield return $"payment {payment.PaymentId} says {payment.Settled:N0} won settled and "
                    + $"{payment.Held:N0} held, its refunds come to {settled:N0} and {held:N0}";
            }
        }
    }
}
