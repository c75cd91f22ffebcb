using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>What the demo tells: the table of reports, the reasons of the denials, the latencies,
/// the last line.</summary>
internal static class DemoStory
{
    public static IEnumerable<string> Lines(
        DemoRun played,
        IReadOnlyDictionary<string, Refund> outcomes,
        DemoVerdict verdict,
        int retries
    )
    {
        var waits = played.Reports.ToDictionary(one => one, one => Wait(one, verdict.Books));
        yield return "";
        yield return Table.Of([
            ["no", "category", "vehicle", "record m", "outcome", "won", "ms"],
            .. played.Reports.Select(one => Row(one, outcomes.GetValueOrDefault(one.Ride), waits[one])),
        ]);
        yield return "";
        foreach (var one in played.Reports)
        {
            if (outcomes.GetValueOrDefault(one.Ride) is { State: RefundState.Denied } denied)
            {
                // The same sentence may fail the reason and a clause alike.
                var failed = denied.Decision.FailedConditions.DistinctBy(one => (one.Code, one.Message));
                yield return $"report {one.Plan.Number} denied: "
                    + string.Join("; ", failed.Select(condition => $"{condition.Code}: {condition.Message}"));
            }
        }
        yield return "";
        var settled = played
            .Reports.Where(one => one.Plan.Expected.Outcome == DemoOutcome.Settled)
            .Select(one => waits[one])
            .OfType<TimeSpan>()
            .Order()
            .ToList();
        if (settled.Count > 0)
        {
            yield return $"report -> settled: p50 {Percentile(settled, 50):N0} ms, p95 {Percentile(settled, 95):N0} ms "
                + "(rows: from the last of report, record and payment to settle_time)";
        }
        if (retries > 0)
        {
            yield return $"{retries} calls were repeated because a service was away";
        }
    }

    /// <summary>The one line that says whether all went well.</summary>
    public static string LastLine(DemoRun played, DemoVerdict verdict)
    {
        if (verdict.Findings.Count > 0)
        {
            return $"demo FAILED: {string.Join("; ", verdict.Findings)}";
        }
        return $"demo OK reports={played.Reports.Count} grounded={verdict.Grounded} refunds settled={verdict.Settled} "
            + $"denied={verdict.Denied} won_out={verdict.WonOut} gateway_ledger={verdict.GatewayLedger} "
            + $"events published={verdict.Published} applied={verdict.Applied} parked={verdict.Parked} "
            + $"holes={verdict.Holes}";
    }

    private static string[] Row(DemoPlayed one, Refund? refund, TimeSpan? wait)
    {
        var settled = refund is { State: RefundState.Settled };
        var outcome =
            refund is not null ? Shown(refund.State)
            : one.Grounding == Faults.V1.Grounding.Grounded ? "GROUNDED"
            : "none";
        return
        [
            $"{one.Plan.Number}",
            one.Plan.Category,
            one.PrintedCode,
            one.Plan.Record.Lock == Faults.V1.UnlockOutcome.Failed ? "lock shut" : $"{one.Plan.Record.Meters}",
            outcome,
            settled ? $"{refund!.Amount.Units:N0}" : "",
            wait is { } time ? $"{time.TotalMilliseconds:N0}" : "",
        ];
    }

    /// <summary>
    /// Until the refund was settled or denied, by the rows: counted from the report, or from the record or the payment
    /// if the operator told of them later. Of a grounded vehicle: how long the rider waited for the answer.
    /// </summary>
    private static TimeSpan? Wait(DemoPlayed one, DemoBooks? books)
    {
        if (one.Plan.Expected.Outcome == DemoOutcome.Grounded)
        {
            return one.ReportTime;
        }
        var payment = books?.Payments.FirstOrDefault(row => row.PaymentId == DemoBooks.IdOf(one.Payment));
        var fault = books?.Faults.FirstOrDefault(row => row.FaultId == DemoBooks.IdOf(one.Fault));
        var refund = books?.Refunds.FirstOrDefault(row => row.PaymentId == payment?.PaymentId);
        if (payment is null || fault?.RecordTime is not { } record || refund is null)
        {
            return null;
        }
        var last = new[] { fault.CreateTime, record, payment.CreateTime }.Max();
        return (refund.SettleTime ?? refund.CreateTime) - last;
    }

    /// <summary>Nearest rank.</summary>
    private static double Percentile(IReadOnlyList<TimeSpan> sorted, int percent) =>
        sorted[(int)Math.Ceiling(sorted.Count * percent / 100.0) - 1].TotalMilliseconds;

    private static string Shown(RefundState state) => state.ToString().ToUpperInvariant();
}
