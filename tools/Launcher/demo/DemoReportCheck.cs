using Mobility.Faults.V1;

namespace Mobility.Launcher;

/// <summary>Each report of the run beside its rows: the fault, the vehicle, the refund.</summary>
internal static class DemoReportCheck
{
    public const int Grounded = (int)Grounding.Grounded;
    private const string RodeIt = "RODE_IT_WITHIN_60_MINUTES";

    /// <summary>What has not come to its end yet.</summary>
    public static IEnumerable<string> UnderWay(DemoRun run, DemoBooks books)
    {
        foreach (var one in run.Reports.Where(one => one.Plan.Expected.Outcome != DemoOutcome.Grounded))
        {
            var refunds = RefundsOf(one, books);
            if (refunds.Count == 0)
            {
                yield return $"report {one.Plan.Number}: {one.Payment} has no refund row";
            }
            foreach (var refund in refunds.Where(refund => refund.IsHolding))
            {
                yield return $"report {one.Plan.Number}: refund {refund.RefundId} is still {refund.State}";
            }
        }
    }

    public static IEnumerable<string> Findings(DemoRun run, DemoBooks books) =>
        run.Reports.SelectMany(one => OfFault(one, books).Concat(OfRefund(one, books)));

    private static IEnumerable<string> OfFault(DemoPlayed one, DemoBooks books)
    {
        var id = DemoBooks.IdOf(one.Fault);
        if (books.Faults.FirstOrDefault(fault => fault.FaultId == id) is not { } fault)
        {
            yield return $"report {one.Plan.Number}: there is no fault row {id}";
            yield break;
        }
        var expected = one.Plan.Expected.Grounding;
        if (fault.State != (int)FaultState.Reported)
        {
            yield return $"report {one.Plan.Number}: fault {id} is {(FaultState)fault.State}, not Reported";
        }
        if (fault.Grounding != (int)expected)
        {
            yield return $"report {one.Plan.Number}: the grounding of fault {id} is {(Grounding)fault.Grounding} "
                + $"({fault.GroundingReason}), not {expected}";
        }
        else if (expected == Grounding.Grounded && fault.GroundingReason != RodeIt)
        {
            yield return $"report {one.Plan.Number}: fault {id} grounds by {fault.GroundingReason}, not by {RodeIt}";
        }
        var vehicle = expected == Grounding.Grounded ? VehicleState.Grounded : VehicleState.Available;
        if (fault.VehicleState != (int)vehicle)
        {
            yield return $"report {one.Plan.Number}: {one.Vehicle} is {Shown(fault.VehicleState)}, not {vehicle}";
        }
    }

    private static IEnumerable<string> OfRefund(DemoPlayed one, DemoBooks books)
    {
        var refunds = RefundsOf(one, books).Where(refund => !refund.IsHolding).ToList();
        var expected = one.Plan.Expected;
        if (refunds.Count > 1 || (refunds.Count == 1 && expected.Outcome == DemoOutcome.Grounded))
        {
            yield return $"report {one.Plan.Number}: {one.Payment} has {refunds.Count} refund rows: "
                + string.Join(", ", refunds.Select(refund => $"{refund.RefundId} {refund.State}"));
            yield break;
        }
        foreach (var refund in refunds)
        {
            if (refund.State != expected.Outcome.ToString())
            {
                var why = refund.Reasons.Length == 0 ? "" : $" ({string.Join(", ", refund.Reasons)})";
                yield return $"report {one.Plan.Number}: refund {refund.RefundId} is {refund.State}{why}, "
                    + $"not {expected.Outcome}";
            }
            else if (refund.IsSettled && refund.Amount != expected.Won)
            {
                yield return $"report {one.Plan.Number}: refund {refund.RefundId} settled {refund.Amount:N0} won, "
                    + $"not {expected.Won:N0}";
            }
            else if (!refund.Reasons.Order(StringComparer.Ordinal).SequenceEqual(expected.Reasons))
            {
                yield return $"report {one.Plan.Number}: refund {refund.RefundId} gives the reasons "
                    + $"[{string.Join(", ", refund.Reasons)}], not [{string.Join(", ", expected.Reasons)}]";
            }
        }
    }

    private static List<RefundBook> RefundsOf(DemoPlayed one, DemoBooks books)
    {
        var payment = DemoBooks.IdOf(one.Payment);
        return [.. books.Refunds.Where(refund => refund.PaymentId == payment)];
    }

    private static string Shown(int? state) => state is null ? "missing" : ((VehicleState)state).ToString();
}
