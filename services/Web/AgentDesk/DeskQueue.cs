using Mobility.Desk.V1;
using Mobility.Web.SignIn;

namespace Mobility.Web.AgentDesk;

/// <summary>A case of the queue and what it is about.</summary>
public sealed record QueueRow(Case Case, CaseTopic Topic);

/// <summary>The open cases as somebody at the desk works through them: own ones first, then the team's.</summary>
public sealed record DeskQueue
{
    /// <summary>Rows with clocks: more than one person can look at in a shift's free minute.</summary>
    private const int Most = 30;

    public required IReadOnlyList<QueueRow> Mine { get; init; }
    public required IReadOnlyList<QueueRow> Team { get; init; }

    /// <summary>Open cases beyond those shown.</summary>
    public required int More { get; init; }

    public required IReadOnlyList<Shift> Duty { get; init; }
    public required IReadOnlyCollection<string> Missing { get; init; }

    /// <summary>Is the person on duty now?</summary>
    public bool OnDuty(Session session) => Duty.Any(s => s.Person == session.Subject);

    public static async Task<DeskQueue> Load(Backends backends, Session session, CancellationToken token)
    {
        var ask = new Gathering(session, token);
        var parent = session.Parent;
        var listing = ask.Ask(
            "desk",
            o =>
                backends.Desk.ListCasesAsync(
                    new()
                    {
                        Parent = parent,
                        State = CaseState.Open,
                        PageSize = 200,
                    },
                    o
                )
        );
        var duty = ask.Ask("desk", o => backends.Desk.GetDutyAsync(new() { Parent = parent }, o));
        var open = (await listing)?.Cases ?? [];
        var shown = open.OrderByDescending(c => c.Owner == session.Subject)
            .ThenByDescending(c => c.HandedOver)
            .ThenBy(c => c.CreateTime)
            .Take(Most)
            .ToList();
        // A list knows no clocks; the few rows that are shown ask for theirs.
        var whole = await ask.AskAll(
            "desk",
            shown.Select(c => c.Name),
            (name, o) => backends.Desk.GetCaseAsync(new() { Name = name }, o)
        );
        var rows = await Task.WhenAll(
            whole.OrderBy(Urgency).Select(async c => new QueueRow(c, await CaseTopic.Load(ask, backends, c)))
        );
        return new DeskQueue
        {
            Mine = [.. rows.Where(r => r.Case.Owner == session.Subject)],
            Team = [.. rows.Where(r => r.Case.Owner != session.Subject)],
            More = open.Count - shown.Count,
            Duty = (await duty)?.Shifts ?? [],
            Missing = ask.Missing,
        };
    }

    /// <summary>Seconds of business time left on the clock that ends first; what was handed over comes first.</summary>
    private static long Urgency(Case matter) =>
        (matter.HandedOver ? -1_000_000_000L : 0)
        + matter.Clocks.Where(Sla.IsOpen).Select(Sla.SecondsLeft).DefaultIfEmpty(long.MaxValue / 2).Min();
}

/// <summary>What a clock of a case says to a person.</summary>
public static class Sla
{
    /// <summary>Does it still run, in time or late?</summary>
    public static bool IsOpen(SlaClock clock) => clock.StopTime is null;

    /// <summary>Business seconds left; below zero when it is over.</summary>
    public static long SecondsLeft(SlaClock clock) => clock.TargetSeconds - clock.ElapsedSeconds;

    /// <summary>The open clock that ends first, or null.</summary>
    public static SlaClock? First(Case matter) => matter.Clocks.Where(IsOpen).MinBy(SecondsLeft);
}
