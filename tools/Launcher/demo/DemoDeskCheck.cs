using Mobility.Faults.V1;
using Mobility.Parking.V1;

namespace Mobility.Launcher;

/// <summary>The desk: each open matter has its one open case, and each answer that the file promises was told
/// once.</summary>
internal sealed class DemoDeskCheck(
    Weekend weekend,
    DemoBooks books,
    DemoThings things,
    IReadOnlyList<DemoPerson> people
)
{
    private readonly Dictionary<string, WeekendStep> makers = weekend
        .Steps.Where(step => step.Do is WeekendDeed.ReportFault or WeekendDeed.FileComplaint or WeekendDeed.AskRefund)
        .ToDictionary(step => step.Thing!, StringComparer.Ordinal);

    public IEnumerable<string> Findings() => OpenCases().Concat(Closed()).Concat(Owners()).Concat(Told());

    /// <summary>What the owners of the things say is open: name of the matter, ids of its things.</summary>
    public IReadOnlyList<(string Matter, IReadOnlyList<Guid> Things)> OpenMatters()
    {
        var open = new List<(string Matter, Guid Thing)>();
        open.AddRange(
            from complaint in books.Complaints
            where
                (ComplaintState)complaint.State
                    is ComplaintState.Filed
                        or ComplaintState.Held
                        or ComplaintState.Upheld
                        or ComplaintState.Dispatched
            select ($"episode/{complaint.EpisodeId}", complaint.ComplaintId)
        );
        open.AddRange(
            from fault in books.Faults
            where
                fault.Grounding is (int)Grounding.Held or (int)Grounding.Grounded
                && fault.State is (int)FaultState.Reported or (int)FaultState.Confirmed
            select ($"fault/{fault.FaultId}", fault.FaultId)
        );
        open.AddRange(
            from pair in OfThisWeekend()
            where pair.Refund.IsBySystem ? IsUnseen(pair.Refund) : WaitsFor(pair.Refund, pair.Step)
            select (MatterOf(pair.Refund), pair.Refund.RefundId)
        );
        open.AddRange(
            from step in Contacts()
            where things.CaseOf(step) is not null && !IsClosedByHand(step.Thing ?? "")
            let contact = books.Contacts.First(one => one.CaseId == things.CaseOf(step)!.CaseId)
            select ($"contact/{contact.ContactId}", contact.ContactId)
        );
        return
        [
            .. open.GroupBy(one => one.Matter, one => one.Thing, StringComparer.Ordinal)
                .Select(matter => (matter.Key, (IReadOnlyList<Guid>)[.. matter])),
        ];
    }

    private IEnumerable<(WeekendStep Step, RefundBook Refund)> OfThisWeekend() =>
        weekend
            .Steps.SelectMany(step =>
                step.Do == WeekendDeed.ReportFault ? things.Automatic(step).Select(refund => (step, refund))
                : step.Do is WeekendDeed.AskRefund or WeekendDeed.HelpCaller && things.Refund(step) is { } row
                    ? [(step, row)]
                : []
            )
            .DistinctBy(pair => pair.Item2.RefundId);

    /// <summary>The machine was denied, and no person of the file closed the case.</summary>
    private bool IsUnseen(RefundBook refund) =>
        refund.State is "Denied" or "Failed" or "UnderReview"
        && !weekend.Steps.Any(step =>
            step.Do == WeekendDeed.CloseCase
            && makers.TryGetValue(step.Of!, out var maker)
            && maker.Do == WeekendDeed.ReportFault
            && things.Automatic(maker).Any(one => one.RefundId == refund.RefundId)
        );

    /// <summary>What a person asked for waits for an answer; where the gateway refused it, for a person who closes the
    /// case.</summary>
    private bool WaitsFor(RefundBook refund, WeekendStep step) =>
        refund.IsHolding || (refund.State == "Failed" && !IsClosedByHand(step.Thing!));

    /// <summary>That of the case that it names; else of its fault, else of its ride.</summary>
    private string MatterOf(RefundBook refund) =>
        refund.CaseId is { } named && books.Cases.FirstOrDefault(one => one.CaseId == named) is { } found ? found.Matter
        : refund.FaultId is { } fault ? $"fault/{fault}"
        : $"ride/{refund.RideId}";

    private IEnumerable<WeekendStep> Contacts() =>
        weekend
            .Steps.Where(step => step.Do == WeekendDeed.RecordContact)
            .DistinctBy(step => step.Thing, StringComparer.Ordinal);

    private bool IsClosedByHand(string thing) =>
        weekend.Steps.Any(step => step.Do == WeekendDeed.CloseCase && step.Of == thing);

    private IEnumerable<string> OpenCases()
    {
        var cases = books.Cases.Where(one => one.IsOpen).ToDictionary(one => one.CaseId);
        var caseOf = books.Parts.ToDictionary(part => part.ThingId, part => part.CaseId);
        var taken = new Dictionary<Guid, string>();
        foreach (var (matter, parts) in OpenMatters())
        {
            var found = parts.Select(part => caseOf.GetValueOrDefault(part)).Distinct().ToList();
            if (found.Count != 1 || !cases.ContainsKey(found[0]))
            {
                yield return $"the open matter {matter} has {found.Count(cases.ContainsKey)} open cases, not one";
            }
            else if (!taken.TryAdd(found[0], matter))
            {
                yield return $"the open matters {matter} and {taken[found[0]]} share case {found[0]}";
            }
        }
        foreach (var one in cases.Values.Where(one => !taken.ContainsKey(one.CaseId)))
        {
            yield return $"case {one.CaseId} ({one.Matter}) is open, its matter is not";
        }
        foreach (var one in cases.Values.Where(one => one.OwnerId is null))
        {
            yield return $"case {one.CaseId} ({one.Matter}) has no owner";
        }
    }

    private IEnumerable<string> Closed() =>
        from step in weekend.Steps
        where step.Do == WeekendDeed.CloseCase
        let found = things.CaseOf(MakerOf(step))
        where found is not { IsOpen: false }
        select $"the case of {step.Of} (step {step.Number}, {step.At}) is {(found is null ? "missing" : "open")}, "
            + "the file says closed";

    private IEnumerable<string> Owners() =>
        from step in weekend.Steps
        where step.Expect.Owner is not null
        let found = things.CaseOf(step.Do == WeekendDeed.RecordContact ? step : MakerOf(step))
        let owner = people.First(one => one.Key.EndsWith($"-{step.Expect.Owner}", StringComparison.Ordinal)).Subject
        where found is null || !found.HandedOver || $"people/{found.OwnerId}" != owner
        select $"the case of {step.Thing ?? step.Of} (step {step.Number}, {step.At}) is with people/{found?.OwnerId}, "
            + $"the file says with {step.Expect.Owner}";

    /// <summary>Messages by subject and kind: as many as the file promises, each put where the person reads
    /// it.</summary>
    private IEnumerable<string> Told()
    {
        var promised = Promised().ToLookup(one => (one.Subject, one.Kind), one => one.Step);
        var told = books.Messages.ToLookup(one => (one.SubjectId, one.Kind));
        foreach (var one in promised.Where(one => told[one.Key].Count() != 1))
        {
            yield return $"the answer {one.Key.Kind} about {one.Key.Subject} was promised once by "
                + $"{Name(one.First())} and is there {told[one.Key].Count()} times";
        }
        foreach (var message in books.Messages.Where(one => !promised.Contains((one.SubjectId, one.Kind))))
        {
            var thing = makers.Values.FirstOrDefault(one => things.Subject(one, message.Kind) == message.SubjectId);
            var about = thing is null ? $"{message.SubjectId}" : Name(thing);
            yield return $"{message.Recipient} was told {message.Kind} about {about}, which nobody promised";
        }
        foreach (var message in books.Messages.Where(one => one.DeliverTime is null))
        {
            yield return $"{message.Kind} about {message.SubjectId} has not been delivered";
        }
    }

    private static string Name(WeekendStep step) => $"{step.Thing ?? step.Of} (step {step.Number}, {step.At})";

    private IEnumerable<(Guid Subject, string Kind, WeekendStep Step)> Promised() =>
        from step in weekend.Steps
        from kind in step.Expect.Told ?? []
        from maker in AboutWhom(step)
        let subject = things.Subject(maker, kind)
        where subject is not null
        select (subject.Value, kind, step);

    private IEnumerable<WeekendStep> AboutWhom(WeekendStep step) =>
        step.Do is WeekendDeed.HelpCaller ? [step]
        : step.Thing is not null ? [step]
        // A delegation is nobody's answer; the refunds that wait under it are.
        : step.Do is WeekendDeed.Stop ? Others(step)
        : [MakerOf(step), .. Others(step)];

    private IEnumerable<WeekendStep> Others(WeekendStep step) => (step.Expect.Also ?? []).Select(key => makers[key]);

    private WeekendStep MakerOf(WeekendStep step) =>
        makers.TryGetValue(step.Of!, out var maker)
            ? maker
            : weekend.Steps.First(one =>
                one.Do == WeekendDeed.RecordContact && one.Thing == step.Of
                || (one.Do == WeekendDeed.HelpCaller && one.Of == step.Of)
            );
}
