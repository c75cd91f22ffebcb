using System.Diagnostics.Metrics;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Compares our books with the gateway's: once an hour by its list of transactions, and at once for a payment of which
/// something unexpected was heard. Each won that left there is then a refund of ours or one that was made past us; what
/// is neither is an error line.
/// </summary>
public sealed class ReconcilePayments
{
    public const string Job = "reconcile-payments";

    /// <summary>How soon a wish to compare one payment is seen.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How often the gateway's list is read.</summary>
    private static readonly TimeSpan Hourly = TimeSpan.FromHours(1);

    /// <summary>How soon again when it could not be read.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(5);

    /// <summary>What a list of an hour ago may lack is in it by then.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(2);

    /// <summary>What happened while no process looked, such as before a database was restored.</summary>
    private static readonly TimeSpan FirstBack = TimeSpan.FromDays(15);

    /// <summary>Pages of a thousand: a million transactions of two days are not a client's.</summary>
    private const int PagesMax = 1_000;

    private static readonly Counter<long> Findings = Metrics.NewCounter("mobility_reconcile_findings_total");

    private readonly Lock gate = new();
    private TossGateway? gateway;
    private DateTimeOffset? nextWalk;
    private bool walked;

    /// <summary>One run: follows wishes, and reads the list when its hour has come.</summary>
    public async Task Run(JobContext job)
    {
        var now = job.Clock.GetUtcNow();
        if (nextWalk is null || nextWalk <= now)
        {
            var done = await Walk(job, now - (walked ? Back : FirstBack), now);
            walked |= done;
            nextWalk = now + (done ? Hourly : AfterFailure);
        }
        await Follow(job);
    }

    /// <summary>Reads the gateway's list between two moments and compares what our books lack; false when it could not
    /// be read to its end.</summary>
    public async Task<bool> Walk(JobContext job, DateTimeOffset from, DateTimeOffset to)
    {
        string? after = null;
        for (var page = 0; page < PagesMax; page++)
        {
            if (await GatewayOf(job).List(from, to, after, job.Token) is not { } lines)
            {
                job.Log.GatewayListUnread();
                return false;
            }
            var back = lines.Where(line => !line.IsPayment).ToList();
            if (back.Count > 0)
            {
                await job.Db.InTransaction(Db.AllClients, tx => PaymentCheckTable.WantUnknown(tx, back), job.Token);
            }
            if (lines.Count < TossGateway.PageSize)
            {
                return true;
            }
            after = lines[^1].TransactionKey;
        }
        job.Log.GatewayListUnread();
        return false;
    }

    /// <summary>Compares each payment of which it is wished. While the gateway is away the rest waits for the next run,
    /// so that a run ends.</summary>
    public async Task Follow(JobContext job)
    {
        var isAway = false;
        IReadOnlyList<DueCheck> dues;
        do
        {
            dues = await job.Db.InTransaction(Db.AllClients, PaymentCheckTable.Due, job.Token);
            foreach (var due in dues.TakeWhile(_ => !isAway))
            {
                isAway = !await Follow(job, due);
            }
        } while (dues.Count > 0 && !isAway && !job.Token.IsCancellationRequested);
    }

    /// <summary>False when the gateway gave no answer; the wish is kept then.</summary>
    private async Task<bool> Follow(JobContext job, DueCheck due)
    {
        var lease = await job.Db.InTransaction(
            due.ClientId,
            tx => PaymentCheckTable.Take(tx, due.PaymentId),
            job.Token
        );
        if (lease is not { } taken)
        {
            return true;
        }
        if (await Compare(job, due) is not { } isEarly)
        {
            if (await InTransaction(job, due, tx => PaymentCheckTable.GiveUp(tx, due.PaymentId, taken)))
            {
                job.Log.PaymentUncompared(due.ClientId, due.PaymentId);
            }
            return false;
        }
        await job.Db.InTransaction(
            due.ClientId,
            tx =>
                PaymentCheckTable.End(tx, due.PaymentId, taken, isEarly ? tx.Now + PaymentComparison.ListDelay : null),
            job.Token
        );
        return true;
    }

    /// <summary>Is it to be compared again? Null when the gateway gave no answer.</summary>
    private async Task<bool?> Compare(JobContext job, DueCheck due)
    {
        var payment = await job.Db.InTransaction(due.ClientId, tx => PaymentTable.Get(tx, due.PaymentId), job.Token);
        if (await GatewayOf(job).Query(payment!.GatewayPaymentKey, job.Token) is not { } there)
        {
            return null;
        }
        // The books are read after the gateway's answer, so that what it shows of ours is in them.
        var books = await job.Db.InTransaction(due.ClientId, tx => Books(tx, due.PaymentId), job.Token);
        var now = job.Clock.GetUtcNow();
        var found = PaymentComparison.Of(there, books, now);
        foreach (var cancel in found.Adopt)
        {
            await InTransaction(job, due, tx => ExternalRefundTable.Adopt(tx, due.PaymentId, cancel));
        }
        foreach (var key in found.TakenBack)
        {
            await InTransaction(job, due, tx => ExternalRefundTable.TakeBack(tx, due.PaymentId, key));
        }
        foreach (var refundId in found.Returned)
        {
            await InTransaction(job, due, tx => Return(tx, refundId));
        }
        if (PaymentComparison.ShowsReviewed(there, books))
        {
            await InTransaction(job, due, tx => Reread(tx, payment.GatewayPaymentKey));
        }
        foreach (var finding in found.Findings)
        {
            Findings.Add(1, new KeyValuePair<string, object?>("finding", finding));
            job.Log.PaymentUnexplained(due.ClientId, due.PaymentId, finding);
        }
        return PaymentComparison.IsEarly(there, books, now);
    }

    private static async Task<PaymentBooks> Books(Tx tx, Guid paymentId)
    {
        // The lock waits for whoever moves the payment, so that its balance and its refunds are of one moment.
        var payment = await PaymentTable.Locked(tx, paymentId);
        return new(
            payment.Amount,
            payment.AtGateway,
            await ExternalRefundTable.Own(tx, paymentId),
            await ExternalRefundTable.Of(tx, paymentId)
        );
    }

    private static async Task<bool> Return(Tx tx, Guid refundId)
    {
        var row = (await RefundTable.Locked(tx, refundId))!;
        if (row.Refund.State != RefundState.Settled)
        {
            return false;
        }
        await RefundWrites.Step(tx, row, row.Refund.Return("CANCEL_ABORTED", tx.Now));
        return true;
    }

    /// <summary>Has the refund asked about as after a hint: of one that waits for a person no question is due any more,
    /// and a hint may have been lost.</summary>
    private static async Task<bool> Reread(Tx tx, string paymentKey)
    {
        if (await RereadTable.Want(tx, paymentKey) == 0)
        {
            return false;
        }
        tx.Wake(SettleRefunds.Job);
        return true;
    }

    private static Task<bool> InTransaction(JobContext job, DueCheck due, Func<Tx, Task<bool>> run) =>
        job.Db.InTransaction(due.ClientId, run, job.Token);

    // One for the process: it keeps its connections.
    private TossGateway GatewayOf(JobContext job)
    {
        lock (gate)
        {
            return gateway ??= new TossGateway(
                new Uri(job.Settings.Own[SettleRefunds.GatewayUrl]),
                job.Settings.Own[SettleRefunds.GatewaySecret],
                job.Clock
            );
        }
    }
}
