namespace Mobility.Launcher;

/// <summary>What the demo tells: the hours as they pass, the scenes, the money, the events, the last line.</summary>
internal static class DemoStory
{
    /// <summary>One line of what was done in an hour.</summary>
    public static string Hour(DemoHour hour)
    {
        var asked = hour.Steps.Where(Asks).Where(hour.WasAllowed).ToList();
        // What was agreed to in this hour is settled in it, though it was asked for before.
        var settled = hour
            .Steps.Where(step => Asks(step) || (step.Do == WeekendDeed.ApproveRefund && hour.WasAllowed(step)))
            .Select(step => step.Thing ?? step.Of!)
            .Distinct(StringComparer.Ordinal)
            .Select(hour.Settled)
            .OfType<long>()
            .ToList();
        string[] parts =
        [
            Count(hour, "faults", WeekendDeed.ReportFault),
            Count(hour, "closed", WeekendDeed.ResolveFault, WeekendDeed.RejectFault),
            Count(hour, "complaints", WeekendDeed.FileComplaint),
            Count(hour, "answered", WeekendDeed.ResolveComplaint, WeekendDeed.RejectComplaint),
            asked.Count + settled.Count == 0
                ? ""
                : $"refunds asked {asked.Count}, settled {settled.Count} ({settled.Sum():N0} won)",
            Count(hour, "second persons", WeekendDeed.ApproveRefund, WeekendDeed.DeclineRefund),
            Count(hour, "contacts", WeekendDeed.RecordContact),
        ];
        return $"{hour.Time}  {string.Join(" · ", parts.Where(part => part != ""))}".TrimEnd();
    }

    private static bool Asks(WeekendStep step) => step.Do is WeekendDeed.AskRefund or WeekendDeed.HelpCaller;

    /// <summary>What people remember of an hour: which steps are told is the file's matter, what came of them is
    /// not.</summary>
    public static IEnumerable<string> Scenes(DemoHour hour)
    {
        foreach (var step in hour.Steps)
        {
            var words = step switch
            {
                { Do: WeekendDeed.Stop } => "the client's officer says stop; what waits for an agreement is withdrawn: "
                    + string.Join(", ", hour.Withdrawn().Where(one => step.Expect.Also?.Contains(one) ?? true)),
                { Do: WeekendDeed.Grant } => "the client's officer grants the contact centre authority",
                { Do: WeekendDeed.RecordContact, Abusive: true } =>
                    $"a caller shouts at {step.Who}: the case is with {hour.Seen(step)}",
                { Do: WeekendDeed.HandOverCase } =>
                    $"the lead is off: what {step.Who} hands over goes to {hour.Seen(step)}",
                { Do: WeekendDeed.FileComplaint, Calls: true } => $"a shop owner calls: {step.Who} files for her",
                { Do: WeekendDeed.ApproveRefund, Who: "officer" } when hour.WasAllowed(step) =>
                    $"agent, lead, officer: {step.Of} of {hour.Seen(step)} is {hour.State(step.Of!)}",
                { Do: WeekendDeed.ApproveRefund } when !hour.WasAllowed(step) =>
                    $"{step.Who} may not agree to {step.Of}: {hour.Seen(step)}",
                { Do: WeekendDeed.DispatchComplaint, Expect.Removal: > 2 } => hour.Seen(step),
                { Do: WeekendDeed.ResolveComplaint, Expect.Also.Count: > 1 } =>
                    $"the neighbours were told: {hour.Answers(step)} answers",
                { Do: WeekendDeed.SplitComplaint } => $"one of them meant others; after the split {hour.Seen(step)}",
                { Do: WeekendDeed.LetRefundExpire } =>
                    $"nobody agreed to {step.Of} within a day: it is {hour.State(step.Of!)}",
                _ => null,
            };
            if (words is not null)
            {
                yield return $"           {step.At.ToString()[4..]}  {words}";
            }
        }
    }

    /// <summary>The lone agent's calls, one by one.</summary>
    public static IEnumerable<string> LoneAgent(string scene, IReadOnlyList<DemoTimed> calls)
    {
        if (calls.Count == 0)
        {
            yield break;
        }
        yield return "";
        yield return scene;
        foreach (var (call, i) in calls.Select((call, i) => (call, i)))
        {
            yield return $"  {i + 1}. {call.Rpc, -14} {call.Time.TotalMilliseconds, 5:N0} ms  {call.Said}";
        }
        yield return $"  from the call to the settled refund: {calls.Count} calls, "
            + $"{calls.Sum(call => call.Time.TotalMilliseconds):N0} ms of waiting for them";
    }

    /// <summary>Budgets and subscribers as tables, and how long a report took to be settled.</summary>
    public static IEnumerable<string> Figures(
        Weekend weekend,
        DemoThings things,
        DemoBooks books,
        IReadOnlyList<DemoPerson> people
    )
    {
        yield return "";
        var grants = books.Delegations.Select(one => one.DelegationId).ToList();
        yield return Table.Of([
            ["budget", "grant", "for", "limit", "settled", "held", "left"],
            .. BudgetPeriod
                .Of(books)
                .Where(one => one.Granted?.LimitAmount is not null && grants.Contains(one.Counter.DelegationId))
                .OrderBy(one => grants.IndexOf(one.Counter.DelegationId))
                .Select(one => Row(one, grants, people)),
        ]);
        yield return "";
        yield return Table.Of([
            ["subscriber", "hears", "published", "applied", "holes", "parked"],
            .. from pair in books.Events.GroupBy(one => (one.Inbox, From: one.Source.Split('/')[0]))
            orderby pair.Key
            select new[]
            {
                pair.Key.Inbox,
                pair.Key.From,
                $"{pair.Count(one => one.IsPublished)}",
                $"{pair.Count(one => one.IsApplied)}",
                $"{DemoEventCheck.Holes([.. pair])}",
                $"{books.Parked.Count(one => one.Inbox == pair.Key.Inbox)}",
            },
        ]);
        var waits = Waits(weekend, things, books).Order().ToList();
        if (waits.Count > 0)
        {
            yield return "";
            yield return $"report -> settled: p50 {Percentile(waits, 50):N0} ms, p95 {Percentile(waits, 95):N0} ms "
                + "(rows: from the last of report, record and payment to settle_time)";
        }
    }

    /// <summary>The one line that says whether all went well.</summary>
    public static string LastLine(Weekend weekend, DemoVerdict verdict, IReadOnlyCollection<string> played)
    {
        if (played.Count + verdict.Findings.Count > 0)
        {
            var shown = played.Concat(verdict.Findings).Take(40).ToList();
            var more = played.Count + verdict.Findings.Count - shown.Count;
            return $"demo FAILED: {string.Join("; ", shown)}{(more > 0 ? $"; and {more} more" : "")}";
        }
        var books = verdict.Books!;
        var asked = weekend.Steps.Count(step => step.Do is WeekendDeed.AskRefund or WeekendDeed.HelpCaller);
        var settled = books.Refunds.Where(one => one is { IsSettled: true, IsCancel: true }).Sum(one => one.Amount);
        return $"demo OK steps={weekend.Steps.Count} "
            + $"faults={weekend.Steps.Count(s => s.Do == WeekendDeed.ReportFault)} "
            + $"complaints={weekend.Steps.Count(s => s.Do == WeekendDeed.FileComplaint)} refunds_asked={asked} "
            + $"won_out={settled} gateway_ledger={books.Gateway.Sum(one => one.CancelAmount)} "
            + $"back_office={books.BackOffice.Count} open_cases={books.Cases.Count(one => one.IsOpen)} "
            + $"open_matters={verdict.OpenMatters} messages={books.Messages.Count} "
            + $"events published={verdict.Published} applied={verdict.Applied} parked={verdict.Parked} "
            + $"holes={verdict.Holes}";
    }

    private static string[] Row(BudgetPeriod period, List<Guid> grants, IReadOnlyList<DemoPerson> people)
    {
        var counter = period.Counter;
        var day = DemoIds.Shown(new DateTimeOffset(counter.Bucket, TimeSpan.Zero))[..3];
        var person = people.FirstOrDefault(one => counter.Key.EndsWith(one.Subject[^36..], StringComparison.Ordinal));
        return
        [
            counter.Budget,
            $"{grants.IndexOf(counter.DelegationId) + 1}",
            person is null ? "all" : $"{person.Key["weekend-".Length..]}, {day}",
            $"{period.Granted!.LimitAmount:N0}",
            $"{period.Settled:N0}",
            $"{period.Held:N0}",
            $"{period.AmountLeft:N0}",
        ];
    }

    private static string Count(DemoHour hour, string what, params WeekendDeed[] deeds)
    {
        var count = hour.Steps.Count(step => deeds.Contains(step.Do) && hour.WasAllowed(step));
        return count == 0 ? "" : $"{what} {count}";
    }

    /// <summary>Until the machine's refund was settled: counted from the report, or from the record or the payment if
    /// the operator told of them later.</summary>
    private static IEnumerable<TimeSpan> Waits(Weekend weekend, DemoThings things, DemoBooks books)
    {
        var payments = books.Payments.ToDictionary(one => one.PaymentId);
        foreach (var step in weekend.Steps.Where(step => step.Expect.Automatic == "SETTLED"))
        {
            if (
                things.Fault(step) is { RecordTime: { } record } fault
                && things.Automatic(step) is [{ SettleTime: { } settled, PaymentId: { } payment }]
            )
            {
                yield return settled - new[] { fault.CreateTime, record, payments[payment].CreateTime }.Max();
            }
        }
    }

    /// <summary>Nearest rank.</summary>
    private static double Percentile(IReadOnlyList<TimeSpan> sorted, int percent) =>
        sorted[(int)Math.Ceiling(sorted.Count * percent / 100.0) - 1].TotalMilliseconds;
}
