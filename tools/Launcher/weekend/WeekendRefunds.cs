using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using static Mobility.Launcher.WeekendTime;

namespace Mobility.Launcher;

/// <summary>What an agent asks for.</summary>
/// <param name="Action">What is to be done.</param>
/// <param name="Reason">Why.</param>
/// <param name="Won">How much; 0 for what costs nothing.</param>
/// <param name="Refused">Why the delegation does not allow it; empty when it does.</param>
internal sealed record Ask(RefundAction Action, string Reason, long Won, params IReadOnlyList<string> Refused)
{
    /// <summary>What was paid; null = as much as is asked for.</summary>
    public long? Paid { get; init; }

    /// <summary>The ride's age in minutes.</summary>
    public int Began { get; init; } = 60;

    /// <summary>Does the ride still run?</summary>
    public bool Runs { get; init; }

    /// <summary>A customer who asks more than once.</summary>
    public string? Rider { get; init; }

    /// <summary>One like most, whose amount does not matter.</summary>
    public bool IsPlain { get; init; }

    public CutShort? CutShort { get; init; }

    /// <summary>Who has to agree.</summary>
    public IReadOnlyList<Answer> Answers { get; init; } = [];
}

/// <summary>What becomes of a refund that waits.</summary>
internal sealed record Answer(WeekendDeed Deed, string Who, int After, string State)
{
    public bool Altered { get; init; }
    public string? Error { get; init; }
}

/// <summary>
/// The 300 refund requests of the weekend, and what the delegation says of them: each outcome follows from the clauses,
/// the budgets and the stop.
/// </summary>
internal sealed class WeekendRefunds(WeekendMaker maker, WeekendFaults faults)
{
    private const string Revoked = "DELEGATION_REVOKED";

    /// <summary>Who gives back so much on Saturday that the budget of the day ends it.</summary>
    private const string Spender = "agent-2";

    private readonly WeekendBudgets budgets = new(WeekendMaker.Limits);
    private readonly List<string> waitsAtTheStop = [];

    /// <summary>What waits for an agreement is withdrawn by the stop.</summary>
    public WeekendOutcome AtTheStop =>
        new()
        {
            State = "REVOKED",
            Also = waitsAtTheStop,
            Told = ["refund-withdrawn"],
        };

    public void Add()
    {
        var before = WeekendAsks.OfSaturday(maker.Dice, faults.CutShorts.Where(one => one.At < WeekendMaker.Stop));
        var after = Enumerable.Range(0, 40).Select(_ => WeekendAsks.Small(maker.Dice));
        var again = WeekendAsks.OfSunday(maker.Dice, faults.CutShorts.Where(one => one.At > WeekendMaker.Stop));
        var placed = Place(before, SaturdayDesks()).Concat(Place([.. after], EveningDesks()));
        // One request of the 300 is the lone agent's, see WeekendScenes.
        foreach (var (at, agent, ask) in placed.Concat(Place(again, SundayDesks())).OrderBy(one => one.At))
        {
            AddAsk(at, agent, ask);
        }
    }

    private static List<(WeekendTime At, string Agent)> SaturdayDesks() =>
        [
            .. Desks("agent-1", Saturday(9, 15), Saturday(14, 30), 2),
            .. Desks("agent-2", Saturday(9, 15), Saturday(14, 30), 3),
            .. Desks("agent-3", Saturday(12), Saturday(14, 30), 5),
        ];

    private static List<(WeekendTime At, string Agent)> EveningDesks() =>
        [
            .. Desks("agent-1", Saturday(15, 15), Saturday(17, 30), 1),
            .. Desks("agent-2", Saturday(15, 15), Saturday(17, 30), 1),
            .. Desks("agent-3", Saturday(15, 15), Saturday(20, 30), 1),
        ];

    private static List<(WeekendTime At, string Agent)> SundayDesks() =>
        [.. Desks("agent-3", Sunday(10, 15), Sunday(17, 30), 3), .. Desks("agent-1", Sunday(13), Sunday(17, 30), 3)];

    private static IEnumerable<(WeekendTime At, string Agent)> Desks(
        string agent,
        WeekendTime first,
        WeekendTime last,
        int each
    ) =>
        Enumerable
            .Range(0, ((last.Minutes - first.Minutes) / 15) + 1)
            .Select(quarter => first + (15 * quarter))
            // The quarter at 11:00 on Sunday is the lone agent's scene.
            .Where(at => at != Sunday(11))
            .SelectMany(at => Enumerable.Repeat((at, agent), each));

    /// <summary>Gives each request a time and an agent: what needs a time of its own first.</summary>
    private List<(WeekendTime At, string Agent, Ask Ask)> Place(
        IReadOnlyList<Ask> asks,
        List<(WeekendTime At, string Agent)> desks
    )
    {
        var free = maker.Dice.Shuffled(desks).ToList();
        var placed = new List<(WeekendTime, string, Ask)>();
        // The same customer never stands at two desks at once: which of the two comes first would be luck.
        var taken = new HashSet<(string?, WeekendTime)>();
        foreach (var ask in asks.OrderBy(Freedom))
        {
            var at = free.FindIndex(desk => Fits(ask, desk) && !taken.Contains((ask.Rider, desk.At)));
            var (time, agent) = free[at];
            free.RemoveAt(at);
            if (ask.Rider is not null)
            {
                taken.Add((ask.Rider, time));
            }
            placed.Add(
                (time, agent, ask.IsPlain && agent == Spender ? ask with { Won = maker.Dice.Won(5_000, 9_500) } : ask)
            );
        }
        return placed;
    }

    /// <summary>What fits in few places is placed first.</summary>
    private static int Freedom(Ask ask) =>
        ask.Answers.Count > 0 ? -ask.Answers.Count
        : ask.CutShort is not null ? 1
        : ask.IsPlain ? 3
        : 2;

    /// <summary>The spender gets no request that waits: its budget of the day runs out, and what a refusal gives back
    /// would make the rest a matter of luck. What a person answers needs its time before the stop or the
    /// evening.</summary>
    private static bool Fits(Ask ask, (WeekendTime At, string Agent) desk)
    {
        var end = desk.At < WeekendMaker.Stop ? WeekendMaker.Stop : Sunday(17, 45);
        return (ask.IsPlain || desk.Agent != Spender)
            && ask.Answers.All(answer => desk.At + answer.After < end)
            && (ask.CutShort is not { } cut || desk.At > cut.At)
            // What waits is an open case, and the lone agent's twelve are counted.
            && (ask.Answers.Count == 0 || desk.At < WeekendMaker.Stop || desk.At > Sunday(11));
    }

    private void AddAsk(WeekendTime at, string agent, Ask ask)
    {
        var refund = maker.Key("refund");
        var rider = ask.CutShort?.Rider ?? ask.Rider ?? maker.Key("rider");
        var stopped = at >= WeekendMaker.Stop && at < WeekendMaker.Again;
        var refused = budgets.Weigh(agent, rider, at, stopped ? ask with { Refused = [Revoked] } : ask);
        var waits = ask.Answers.Count > 0 && refused.Count == 0;
        var state =
            refused.Count > 0 ? "DENIED"
            : waits ? "AWAITING_APPROVAL"
            : "SETTLED";
        maker.Add(
            at,
            WeekendDeed.AskRefund,
            step =>
                step with
                {
                    Who = agent,
                    Thing = refund,
                    Rider = rider,
                    Action = ask.Action,
                    Reason = ask.Reason,
                    Won = ask.Won == 0 ? null : ask.Won,
                    Fault = ask.CutShort?.Fault,
                    Ride = ask.CutShort is null ? RideOf(ask) : null,
                    Vehicles = ask.CutShort is null ? [maker.StreetVehicle()] : null,
                    Expect = new()
                    {
                        State = state,
                        Reasons = refused,
                        Won = state == "SETTLED" ? ask.Won : 0,
                        Told = Told(state, ask),
                    },
                }
        );
        if (waits)
        {
            AddAnswers(at, agent, refund, ask);
        }
    }

    /// <summary>A vehicle has no rider who could be told.</summary>
    private static IReadOnlyList<string>? Told(string state, Ask ask) =>
        (state, ask.Action) switch
        {
            (_, RefundAction.LockVehicle) => null,
            ("SETTLED", _) => ["refund-settled"],
            ("DENIED", _) => ["refund-denied"],
            ("DECLINED", _) => ["refund-declined"],
            ("EXPIRED", _) => ["refund-expired"],
            ("WITHDRAWN", _) => ["refund-withdrawn"],
            _ => null,
        };

    private static WeekendRide RideOf(Ask ask) =>
        new(
            UnlockOutcome.Unlocked,
            Meters: 1_800,
            ask.Began,
            ask.Runs ? null : 12,
            ask.Action is RefundAction.EndRide or RefundAction.LockVehicle ? 0 : ask.Paid ?? ask.Won,
            Instrument.Card
        );

    private void AddAnswers(WeekendTime asked, string agent, string refund, Ask ask)
    {
        foreach (var answer in ask.Answers)
        {
            var settled = answer.State == "SETTLED";
            var at = answer.Deed == WeekendDeed.LetRefundExpire ? Monday(18) : asked + answer.After;
            maker.Add(
                at,
                answer.Deed,
                step =>
                    step with
                    {
                        Who = answer.Who == "" ? agent : answer.Who,
                        Of = refund,
                        Altered = answer.Altered,
                        Expect = new()
                        {
                            State = answer.State,
                            Error = answer.Error,
                            Won = settled ? ask.Won : null,
                            Told = Told(answer.State, ask),
                        },
                    }
            );
        }
        if (ask.Answers[^1].State == "AWAITING_APPROVAL")
        {
            waitsAtTheStop.Add(refund);
        }
    }
}

/// <summary>What agents have given back so far, as far as their budgets ask.</summary>
internal sealed class WeekendBudgets(WeekendLimits limits)
{
    private readonly Dictionary<(string Agent, int Day), long> won = [];
    private readonly Dictionary<(string Rider, bool Again), int> counts = [];

    /// <summary>Says why a request is refused, its own reasons included; else counts it.</summary>
    public IReadOnlyList<string> Weigh(string agent, string rider, WeekendTime at, Ask ask)
    {
        var day = (agent, at.Minutes / 1440);
        // The budget of a week begins anew with a new delegation.
        var week = (rider, at >= WeekendMaker.Again);
        var refused = ask.Refused.ToList();
        if (won.GetValueOrDefault(day) + ask.Won > limits.AgentDayWon)
        {
            refused.Add("BUDGET_AMOUNT_EXCEEDED");
        }
        if (counts.GetValueOrDefault(week) >= limits.CustomerWeekCount)
        {
            refused.Add("BUDGET_COUNT_EXCEEDED");
        }
        if (refused.Count == 0)
        {
            // What is declined or expires later gives its amount back; no agent whose requests wait comes near the
            // limit.
            won[day] = won.GetValueOrDefault(day) + ask.Won;
            counts[week] = counts.GetValueOrDefault(week) + 1;
        }
        refused.Sort(StringComparer.Ordinal);
        return refused;
    }
}
