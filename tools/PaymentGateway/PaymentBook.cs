namespace Mobility.PaymentGateway;

/// <summary>Every payment, cancel and kept reply. One lock; a decision is on disk before it is told.</summary>
public sealed class PaymentBook
{
    /// <summary>How soon after a cancel of a payment the next one is too soon.</summary>
    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(1);

    /// <summary>Toss keeps a key for 15 days from its first use; later it is a new key.</summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromDays(15);

    private readonly Lock gate = new();
    private readonly Journal<LedgerLine> journal;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, PaymentRecord> payments = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Key, string Scope), KeptReply> replies = [];
    private readonly List<CancelDone> cancels = [];
    private readonly List<TransactionLine> transactions = [];
    private readonly HashSet<(string Key, string Scope)> keysInFlight = [];
    private readonly HashSet<string> paymentsInFlight = new(StringComparer.Ordinal);

    public PaymentBook(Journal<LedgerLine> journal, TimeProvider clock)
    {
        this.journal = journal;
        this.clock = clock;
        foreach (var line in journal.Lines)
        {
            Apply(line);
        }
    }

    /// <summary>Captures a payment; a repeat changes nothing, the same key with other values is refused.</summary>
    public Reply Capture(string paymentKey, string orderId, long amount, string method)
    {
        lock (gate)
        {
            if (payments.TryGetValue(paymentKey, out var known))
            {
                var was = known.Captured;
                return was.OrderId == orderId && was.Amount == amount && was.Method == method
                    ? Reply.Ok(known.View())
                    : Reply.Refuse("INVALID_REQUEST", "paymentKey: already captured with other values");
            }
            Write(new PaymentCaptured(paymentKey, orderId, amount, method, clock.GetUtcNow()));
            return Reply.Ok(payments[paymentKey].View());
        }
    }

    /// <summary>The payment as a query shows it.</summary>
    /// <param name="paymentKey">The payment.</param>
    /// <param name="stale">Show it as it was before its last cancel.</param>
    public Reply Query(string paymentKey, bool stale)
    {
        lock (gate)
        {
            return payments.TryGetValue(paymentKey, out var payment)
                ? Reply.Ok((stale ? payment.WithoutLast() : payment).View())
                : Reply.Refuse("NOT_FOUND_PAYMENT");
        }
    }

    /// <summary>Transactions from start to end, both inclusive, after the one of that key; at most so many.</summary>
    public Reply List(DateTimeOffset start, DateTimeOffset end, string? startingAfter, int limit)
    {
        lock (gate)
        {
            var after = startingAfter is null ? -1 : transactions.FindIndex(t => t.TransactionKey == startingAfter);
            return startingAfter is not null && after < 0
                ? Reply.Refuse("INVALID_REQUEST", "startingAfter: no such transaction")
                : Reply.Ok(
                    transactions
                        .Skip(after + 1)
                        .Where(t => t.TransactionAt >= start && t.TransactionAt <= end)
                        .Take(limit)
                        .ToArray()
                );
        }
    }

    /// <summary>Was the payment's last cancel less than a second ago?</summary>
    public bool IsTooSoon(string paymentKey)
    {
        lock (gate)
        {
            return payments.GetValueOrDefault(paymentKey)?.Standing(null) is { } last
                && clock.GetUtcNow() < last.CanceledAt + TooSoon;
        }
    }

    /// <summary>A cancel that was done comes to nothing: the last that stands, or that of the key.</summary>
    public Reply Return(string paymentKey, string? transactionKey)
    {
        lock (gate)
        {
            if (payments.GetValueOrDefault(paymentKey)?.Standing(transactionKey) is not { } cancel)
            {
                return Reply.Refuse("NOT_FOUND");
            }
            Write(new CancelReturned(paymentKey, cancel.TransactionKey, clock.GetUtcNow()));
            return Reply.Ok(payments[paymentKey].View());
        }
    }

    /// <summary>The payment's cancel that is under way, the last of them, is done.</summary>
    public Reply Complete(string paymentKey)
    {
        lock (gate)
        {
            if (payments.GetValueOrDefault(paymentKey)?.UnderWay is not { } cancel)
            {
                return Reply.Refuse("NOT_FOUND");
            }
            Write(new CancelCompleted(paymentKey, cancel.TransactionKey, clock.GetUtcNow()));
            return Reply.Ok(payments[paymentKey].View());
        }
    }

    /// <summary>Does nothing and keeps the reply under the attempt's key.</summary>
    public Reply Refuse(CancelAttempt attempt, Reply reply)
    {
        lock (gate)
        {
            if (attempt.Keep(clock.GetUtcNow(), reply) is { } kept)
            {
                Write(new CancelRefused(kept));
            }
            return reply;
        }
    }

    /// <summary>
    /// Takes the payment for one cancel. Null: go on and call Cancel, then Leave. Otherwise the reply to send: a kept
    /// one, or the refusal of a second cancel while one is running (never kept, so that the same key may try again).
    /// </summary>
    public Reply? Enter(CancelAttempt attempt)
    {
        lock (gate)
        {
            if (attempt.Key is { } key)
            {
                if (keysInFlight.Contains((key, attempt.Scope)))
                {
                    return Reply.Refuse("IDEMPOTENT_REQUEST_PROCESSING");
                }
                if (Kept(key, attempt.Scope) is { } kept)
                {
                    return kept.BodyHash == attempt.Body.Hash
                        ? new Reply(kept.Status, kept.Body)
                        : Reply.Refuse("INVALID_IDEMPOTENCY_KEY", "이미 다른 요청에 사용된 멱등키입니다.");
                }
            }
            if (!paymentsInFlight.Add(attempt.PaymentKey))
            {
                return Reply.Refuse("FORBIDDEN_CONSECUTIVE_REQUEST");
            }
            if (attempt.Key is { } mine)
            {
                keysInFlight.Add((mine, attempt.Scope));
            }
            return null;
        }
    }

    public void Leave(CancelAttempt attempt)
    {
        lock (gate)
        {
            paymentsInFlight.Remove(attempt.PaymentKey);
            if (attempt.Key is { } key)
            {
                keysInFlight.Remove((key, attempt.Scope));
            }
        }
    }

    /// <summary>Decides and does the cancel; the reply is on disk under its key before it is returned.</summary>
    /// <param name="attempt">The request.</param>
    /// <param name="instead">What is kept and answered though the cancel was done; null for the payment.</param>
    /// <param name="pending">Is it only taken, to be done or to fail later?</param>
    public Reply Cancel(CancelAttempt attempt, Reply? instead = null, bool pending = false)
    {
        lock (gate)
        {
            var payment = payments.GetValueOrDefault(attempt.PaymentKey);
            if (Refusal(payment, attempt) is { } refusal)
            {
                return Refuse(attempt, refusal);
            }
            var now = clock.GetUtcNow();
            var amount = attempt.Amount ?? payment!.Balance;
            var transactionKey = Guid.CreateVersion7(now).ToString("N").ToUpperInvariant();
            var left = payment!.Balance - amount;
            var done = new CancelDone(
                attempt.PaymentKey,
                transactionKey,
                amount,
                attempt.Reason,
                left,
                now,
                null,
                pending
            );
            var reply = instead ?? Reply.Ok(payment.With(done).View());
            Write(done with { Kept = attempt.Keep(now, reply) });
            return reply;
        }
    }

    /// <summary>The cancels in the order in which they happened, and their sum in won.</summary>
    public object Ledger()
    {
        lock (gate)
        {
            return new
            {
                entries = cancels.ConvertAll(c => new
                {
                    paymentKey = c.PaymentKey,
                    transactionKey = c.TransactionKey,
                    idempotencyKey = c.Kept?.IdempotencyKey,
                    cancelAmount = c.CancelAmount,
                    cancelReason = c.CancelReason,
                    canceledAt = c.CanceledAt,
                    cancelStatus = payments[c.PaymentKey].StatusOf(c),
                }),
                total = cancels.Where(c => payments[c.PaymentKey].StatusOf(c) == "DONE").Sum(c => c.CancelAmount),
            };
        }
    }

    private static Reply? Refusal(PaymentRecord? payment, CancelAttempt attempt)
    {
        if (attempt.Body.Violations.Count > 0)
        {
            return Reply.Refuse("INVALID_REQUEST", string.Join("; ", attempt.Body.Violations));
        }
        return payment switch
        {
            null => Reply.Refuse("NOT_FOUND_PAYMENT"),
            { Balance: 0 } => Reply.Refuse("ALREADY_CANCELED_PAYMENT"),
            _ when attempt.Refundable is { } seen && seen != payment.Balance => Reply.Refuse(
                "NOT_MATCHES_REFUNDABLE_AMOUNT"
            ),
            _ when attempt.Amount > payment.Balance => Reply.Refuse("NOT_CANCELABLE_AMOUNT"),
            _ => null,
        };
    }

    private KeptReply? Kept(string key, string scope) =>
        replies.TryGetValue((key, scope), out var kept) && clock.GetUtcNow() < kept.FirstUsedAt + KeyLife ? kept : null;

    private void Write(LedgerLine line)
    {
        journal.Append(line);
        Apply(line);
    }

    private void Apply(LedgerLine line)
    {
        switch (line)
        {
            case PaymentCaptured captured:
                payments[captured.PaymentKey] = new PaymentRecord(captured);
                transactions.Add(TransactionLine.Of(captured));
                break;
            case CancelDone cancel when payments.GetValueOrDefault(cancel.PaymentKey)?.Allows(cancel) != true:
                throw new InvalidDataException($"cancel {cancel.TransactionKey} does not fit its payment");
            case CancelDone cancel:
                cancels.Add(cancel);
                List(payments[cancel.PaymentKey].Apply(cancel));
                Keep(cancel.Kept);
                break;
            case CancelCompleted end when payments.GetValueOrDefault(end.PaymentKey)?.Allows(end) != true:
                throw new InvalidDataException($"completion of {end.TransactionKey} does not fit its payment");
            case CancelCompleted end:
                List(payments[end.PaymentKey].Apply(end));
                break;
            case CancelRefused refused:
                Keep(refused.Kept);
                break;
            case CancelReturned back when payments.GetValueOrDefault(back.PaymentKey)?.Allows(back) != true:
                throw new InvalidDataException($"return of {back.TransactionKey} does not fit its payment");
            case CancelReturned back:
                List(payments[back.PaymentKey].Apply(back));
                break;
        }
    }

    private void List(TransactionLine? line) => transactions.AddRange(line is null ? [] : [line]);

    private void Keep(KeptReply? reply)
    {
        if (reply is not null)
        {
            replies[(reply.IdempotencyKey, reply.Scope)] = reply;
        }
    }
}
