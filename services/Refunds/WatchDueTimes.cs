using System.Diagnostics.Metrics;
using Google.Protobuf.WellKnownTypes;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Tells in time of money that is owed by law and is not back: a day before, four hours before, and when the time has
/// passed. Each alert is an event, a line and a count, once; one whose time went by while nobody looked is skipped for
/// the next.
/// </summary>
public static class WatchDueTimes
{
    public const string Job = "watch-due-times";

    /// <summary>An alert may come so much late; nobody acts on the second.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How long after its time a breach is still found by a process that was away; what comes back later than
    /// that, such as from a bank, is a case by its own event.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(30);

    private const int AtOnce = 100;
    private const string NotOwed = "NotOwed";

    private static readonly Counter<long> Alerts = Metrics.NewCounter("mobility_refund_due_alerts_total");

    /// <summary>One run: returns when no alert is due any more.</summary>
    public static async Task Run(JobContext job)
    {
        string[] clients = [.. job.Clients.All.Select(client => client.Id)];
        IReadOnlyList<OwedRow> near;
        var failed = false;
        do
        {
            near = await job.Db.InTransaction(
                Db.AllClients,
                tx => DueAlertTable.Near(tx, clients, Back, AtOnce),
                job.Token
            );
            foreach (var owed in near)
            {
                var look = Look(job, owed);
                await look.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (look.Exception?.InnerException is { } e && DatabaseErrors.PassingReason(e) is null)
                {
                    // One that is damaged keeps no other from its alert; it is looked at again in the next run.
                    failed = true;
                    job.Log.RefundUnwatched(e, owed.RefundId, owed.ClientId);
                }
                else
                {
                    await look;
                }
            }
        } while (near.Count == AtOnce && !failed && !job.Token.IsCancellationRequested);
    }

    private static async Task Look(JobContext job, OwedRow owed)
    {
        var alert = await job.Db.InTransaction(owed.ClientId, tx => Give(tx, owed.RefundId), job.Token);
        if (alert != DueAlert.Unspecified)
        {
            Alerts.Add(1, new KeyValuePair<string, object?>("alert", alert));
            job.Log.RefundDue(owed.RefundId, owed.ClientId, alert);
        }
    }

    /// <summary>The alert that was given; unspecified when none was.</summary>
    private static async Task<DueAlert> Give(Tx tx, Guid refundId)
    {
        var row = (await RefundTable.Locked(tx, refundId))!;
        var due = row.Decision.DueTime.ToDateTimeOffset();
        var alert = StatutoryClock.Alert(due, tx.Now);
        if (!StatutoryClock.IsOwed(row.Refund, await DueAlertTable.MadeGood(tx, row)))
        {
            // What settled a moment ago may come back, and is owed again then.
            if (row.Refund.State != RefundState.Settled)
            {
                await DueAlertTable.Insert(tx, row, NotOwed, lateInterest: null);
            }
            return DueAlert.Unspecified;
        }
        long? interest =
            alert == DueAlert.Overdue ? StatutoryClock.Interest(row.Refund.Amount, due, due, row.Zone) : null;
        if (alert == DueAlert.Unspecified || !await DueAlertTable.Insert(tx, row, alert.ToString(), interest))
        {
            return DueAlert.Unspecified;
        }
        var snapshot = RefundWire.Snapshot(row);
        tx.Publish(
            new RefundDueAlerted
            {
                Refund = snapshot,
                Alert = alert,
                DueTime = due.ToTimestamp(),
                LateInterest = interest is { } first ? new Money(first, row.Currency).ToWire() : null,
            },
            snapshot.Refund
        );
        return alert;
    }
}

/// <summary>What the watch logs: ids and the alert.</summary>
internal static partial class WatchLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "refund {RefundId} of {ClientId} is owed by law and not back: {Alert}"
    )]
    public static partial void RefundDue(this ILogger log, Guid refundId, string clientId, DueAlert alert);

    [LoggerMessage(Level = LogLevel.Error, Message = "whether refund {RefundId} of {ClientId} is late cannot be told")]
    public static partial void RefundUnwatched(this ILogger log, Exception error, Guid refundId, string clientId);
}
