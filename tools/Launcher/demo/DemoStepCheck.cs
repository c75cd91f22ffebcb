using Mobility.Faults.V1;
using Mobility.Parking.V1;

namespace Mobility.Launcher;

/// <summary>Each thing of the file beside its row: where it stands at the end, what was paid, why it was
/// denied.</summary>
internal sealed class DemoStepCheck(DemoIds ids, Weekend weekend, DemoBooks books, DemoThings things)
{
    /// <summary>What they expect is said in the reply and stands in no row of a thing.</summary>
    private static readonly WeekendDeed[] OfReplies =
    [
        WeekendDeed.Shift,
        WeekendDeed.Grant,
        WeekendDeed.RideAway,
        WeekendDeed.CloseCase,
        WeekendDeed.HandOverCase,
        WeekendDeed.RecordContact,
        WeekendDeed.Stop,
    ];

    private readonly Dictionary<string, string> ends = Ends(weekend);

    /// <summary>What must have been paid for each thing that is settled: the last step that says so is right.</summary>
    private readonly Dictionary<string, long> wons = weekend
        .Steps.Where(step => step.Expect is { Won: not null, Error: null })
        .GroupBy(step => step.Thing ?? step.Of!, StringComparer.Ordinal)
        .ToDictionary(steps => steps.Key, steps => steps.Last().Expect.Won!.Value, StringComparer.Ordinal);

    public IEnumerable<string> Findings() => weekend.Steps.SelectMany(Of).Concat(Vehicles());

    private IEnumerable<string> Of(WeekendStep step) =>
        step.Do switch
        {
            _ when step is { Thing: not null, Expect.Error: { } error } => Unmade(step, error),
            WeekendDeed.ReportFault => OfFault(step).Concat(OfAutomatic(step)),
            WeekendDeed.AskRefund or WeekendDeed.HelpCaller => OfRefund(step),
            WeekendDeed.FileComplaint => OfComplaint(step),
            WeekendDeed.Grant => State(
                step,
                things.Grant(step)?.State,
                weekend.Steps.Any(Stops) ? GrantEnd(step) : null
            ),
            WeekendDeed.DispatchComplaint => OfRemoval(step),
            _ => [],
        };

    /// <summary>Where each thing of the file must stand at its end.</summary>
    private static Dictionary<string, string> Ends(Weekend weekend)
    {
        var ends = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var step in weekend.Steps.Where(step => step.Expect is { State: not null, Error: null }))
        {
            if (!OfReplies.Contains(step.Do))
            {
                ends[step.Thing ?? step.Of!] = step.Expect.State!;
            }
            foreach (var other in step.Expect.Also ?? [])
            {
                // What waits at the stop is withdrawn by it.
                ends[other] = Stops(step) ? "WITHDRAWN" : step.Expect.State!;
            }
        }
        return ends;
    }

    private static bool Stops(WeekendStep step) => step.Do == WeekendDeed.Stop;

    private string GrantEnd(WeekendStep step) =>
        weekend.Steps.Any(one => Stops(one) && one.Of == step.Thing) ? "REVOKED" : "ACTIVE";

    /// <summary>What was to be refused left no row.</summary>
    private IEnumerable<string> Unmade(WeekendStep step, string error)
    {
        var isThere = step.Do switch
        {
            WeekendDeed.ReportFault => things.Fault(step) is not null,
            WeekendDeed.AskRefund or WeekendDeed.HelpCaller => things.Refund(step) is not null,
            WeekendDeed.FileComplaint => things.Complaint(step) is not null,
            _ => false,
        };
        return isThere ? [$"{Name(step)} has a row, the file says {error}"] : [];
    }

    private IEnumerable<string> OfFault(WeekendStep step)
    {
        var fault = things.Fault(step);
        return State(step, fault is null ? null : $"{(FaultState)fault.State}", ends[step.Thing!]);
    }

    private IEnumerable<string> OfAutomatic(WeekendStep step)
    {
        var tried = things.Automatic(step);
        if (tried.Count != (step.Expect.Automatic is null ? 0 : 1))
        {
            yield return $"{Name(step)}: the machine tried {tried.Count} refunds";
        }
        foreach (var refund in tried.Where(_ => step.Expect.Automatic is not null))
        {
            foreach (var finding in OfRow(step, refund, step.Expect.Automatic!))
            {
                yield return finding;
            }
        }
    }

    private IEnumerable<string> OfRefund(WeekendStep step) =>
        things.Refund(step) is { } refund ? OfRow(step, refund, ends[step.Thing!]) : [$"{Name(step)} has no row"];

    private IEnumerable<string> OfRow(WeekendStep step, RefundBook refund, string expected)
    {
        if (!DemoStage.Same(refund.State, expected))
        {
            var why = refund.Reasons.Length == 0 ? "" : $" ({string.Join(", ", refund.Reasons)})";
            yield return $"{Name(step)}: refund {refund.RefundId} is {refund.State}{why}, the file says {expected}";
        }
        else if (refund.IsSettled && refund.Amount != (wons.TryGetValue(step.Thing!, out var won) ? won : 0))
        {
            yield return $"{Name(step)}: refund {refund.RefundId} settled {refund.Amount:N0} won, "
                + $"the file says {won:N0}";
        }
        // The machine names every grant that it had, those of other weekends too.
        var missed =
            step.Expect.Reasons is { } reasons
            && (
                refund.IsBySystem
                    ? reasons.Except(refund.Reasons, StringComparer.Ordinal).Any()
                    : !reasons.SequenceEqual(refund.Reasons, StringComparer.Ordinal)
            );
        if (missed)
        {
            yield return $"{Name(step)}: refund {refund.RefundId} gives the reasons "
                + $"[{string.Join(", ", refund.Reasons)}], the file says [{string.Join(", ", step.Expect.Reasons!)}]";
        }
    }

    private IEnumerable<string> OfComplaint(WeekendStep step)
    {
        var complaint = things.Complaint(step);
        return State(step, complaint is null ? null : $"{(ComplaintState)complaint.State}", ends[step.Thing!]);
    }

    /// <summary>All complaints of an episode have the one removal.</summary>
    private IEnumerable<string> OfRemoval(WeekendStep step)
    {
        var makers = weekend.Steps.Where(one => one.Do == WeekendDeed.FileComplaint).ToLookup(one => one.Thing);
        var split = weekend.Steps.Where(one => one.Do == WeekendDeed.SplitComplaint).Select(one => one.Of);
        var removals = new[] { step.Of! }
            .Concat(step.Expect.Also ?? [])
            .Except(split, StringComparer.Ordinal)
            .Select(key => things.Complaint(makers[key].First())?.RemovalId)
            .Distinct()
            .ToList();
        if (removals.Count != 1 || removals[0] is null)
        {
            yield return $"{Name(step)}: its episode has {removals.OfType<Guid>().Count()} removals, not one";
        }
    }

    /// <summary>A vehicle is off the street exactly while a fault that grounds it is open.</summary>
    private IEnumerable<string> Vehicles() =>
        from vehicle in books.Faults.Where(fault => fault.VehicleId is not null).GroupBy(fault => fault.VehicleId)
        let grounds = vehicle.Any(f =>
            f.Grounding == (int)Grounding.Grounded && f.State is (int)FaultState.Reported or (int)FaultState.Confirmed
        )
        let expected = grounds ? VehicleState.Grounded : VehicleState.Available
        where vehicle.First().VehicleState != (int)expected
        select $"vehicle {vehicle.Key} of {ids.Client} is {(VehicleState)(vehicle.First().VehicleState ?? 0)}, "
            + $"its faults say {expected}";

    private static IEnumerable<string> State(WeekendStep step, string? state, string? expected)
    {
        if (state is null)
        {
            yield return $"{Name(step)} has no row";
        }
        else if (expected is not null && !DemoStage.Same(state, expected))
        {
            yield return $"{Name(step)} is {state}, the file says {expected}";
        }
    }

    private static string Name(WeekendStep step) => $"{step.Thing ?? step.Of} (step {step.Number}, {step.At})";
}
