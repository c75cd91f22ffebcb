using Mobility.Desk.V1;
using static Mobility.Launcher.WeekendTime;

namespace Mobility.Launcher;

/// <summary>
/// Makes the weekend from a seed: the same seed gives the same file. The outcome beside each step follows from the
/// rules
/// as people know them (who may do what, which budget has how much left), not from a service that was asked.
/// </summary>
public sealed class WeekendMaker
{
    /// <summary>Of the weekend that is checked in.</summary>
    public const int Seed = 20_260_307;

    private readonly List<WeekendStep> steps = [];
    private readonly Dictionary<string, int> counters = new(StringComparer.Ordinal);

    private WeekendMaker(int seed) => Dice = new Dice((ulong)seed);

    /// <summary>Saturday 15:00: the client says stop.</summary>
    internal static WeekendTime Stop { get; } = Saturday(15);

    /// <summary>Sunday 10:00: the client grants anew.</summary>
    internal static WeekendTime Again { get; } = Sunday(10);

    internal static WeekendLimits Limits { get; } =
        new(AgentDayWon: 300_000, CustomerWeekCount: 3, AutomaticWeekCount: 2, MonthWon: 100_000_000);

    internal Dice Dice { get; }

    /// <summary>The weekend of a seed.</summary>
    public static Weekend Make(int seed = Seed)
    {
        var maker = new WeekendMaker(seed);
        maker.AddRota();
        maker.Add(Saturday(8, 50), WeekendDeed.Grant, step => Granted(step, "grant-1"));
        maker.Add(Again, WeekendDeed.Grant, step => Granted(step, "grant-2"));
        var faults = new WeekendFaults(maker);
        faults.Add();
        var refunds = new WeekendRefunds(maker, faults);
        refunds.Add();
        maker.Add(
            Stop,
            WeekendDeed.Stop,
            step => step with { Who = "officer", Of = "grant-1", Expect = refunds.AtTheStop }
        );
        new WeekendComplaints(maker).Add();
        new WeekendScenes(maker).Add();
        var ordered = maker.steps.OrderBy(step => step.At).Select((step, i) => step with { Number = i + 1 });
        return new Weekend("1", seed, "gangneung-weekend", "donghae-desk", Limits, [.. ordered]);
    }

    /// <summary>A new key such as `fault-17`.</summary>
    internal string Key(string kind)
    {
        counters[kind] = counters.GetValueOrDefault(kind) + 1;
        return $"{kind}-{counters[kind]}";
    }

    internal void Add(WeekendTime at, WeekendDeed deed, Func<WeekendStep, WeekendStep> fill) =>
        steps.Add(fill(new WeekendStep(0, at, deed)));

    /// <summary>All three agents on Saturday; on Sunday one alone until 13:00, and the lead is off: the deputy takes
    /// what
    /// is handed over.</summary>
    private void AddRota()
    {
        (string Who, DutyRole Duty, WeekendTime From, WeekendTime Until)[] rota =
        [
            ("agent-1", DutyRole.Agent, Saturday(9), Saturday(18)),
            ("agent-2", DutyRole.Agent, Saturday(9), Saturday(18)),
            ("agent-3", DutyRole.Agent, Saturday(12), Saturday(21)),
            ("lead", DutyRole.Lead, Saturday(9), Saturday(18)),
            ("agent-3", DutyRole.Agent, Sunday(9), Sunday(18)),
            ("deputy", DutyRole.Deputy, Sunday(9), Sunday(18)),
            ("agent-1", DutyRole.Agent, Sunday(13), Sunday(18)),
        ];
        foreach (var (who, duty, from, until) in rota)
        {
            Add(
                Saturday(8, 40),
                WeekendDeed.Shift,
                step =>
                    step with
                    {
                        Who = "lead",
                        Of = who,
                        Duty = duty,
                        Until = until,
                        // A shift starts later than it is written down.
                        Thing = $"shift {from}",
                        Expect = new() { State = $"{duty}".ToUpperInvariant() },
                    }
            );
        }
    }

    /// <summary>Any vehicle of the street: what is told of it touches no other step.</summary>
    internal string StreetVehicle() => $"street-{Dice.Between(1, 60)}";

    /// <summary>A vehicle that stands where nobody else of the weekend complains.</summary>
    internal WeekendPlace NewPlace()
    {
        var number = counters.GetValueOrDefault("place");
        var vehicle = Key("vehicle");
        Key("place");
        // A grid over the town, 220 m wide: nobody is another one's neighbour.
        return new(vehicle, 37.7500 + (0.002 * (number % 16)), 128.8700 + (0.0025 * (number / 16)));
    }

    /// <summary>The complaints of one episode are found right, the crew is sent once, and each gets its
    /// answer.</summary>
    internal void Settle(
        IReadOnlyList<string> complaints,
        WeekendPlace place,
        WeekendTime upheld,
        WeekendTime until,
        bool ridden,
        string answer
    )
    {
        var resolved = upheld + (15 * Dice.Between(2, 5));
        resolved = resolved < until ? resolved : until;
        Decide(
            upheld,
            WeekendDeed.UpholdComplaint,
            AgentAt(upheld),
            new() { State = "UPHELD", Told = [Kind("upheld")] }
        );
        Decide(
            upheld + 15,
            WeekendDeed.DispatchComplaint,
            AgentAt(upheld),
            new()
            {
                State = "DISPATCHED",
                Told = [Kind("dispatched")],
                Removal = complaints.Count,
            }
        );
        if (ridden)
        {
            RideAway(resolved + -5, place);
        }
        Decide(
            resolved,
            WeekendDeed.ResolveComplaint,
            "technician",
            new() { State = "RESOLVED", Told = [Kind("resolved")] },
            ridden ? "gone-already" : "removed"
        );

        string Kind(string what) => $"complaint-{what}{answer}";

        void Decide(WeekendTime at, WeekendDeed deed, string who, WeekendOutcome outcome, string? reason = null) =>
            Add(
                at,
                deed,
                step =>
                    step with
                    {
                        Who = who,
                        Of = complaints[0],
                        Reason = reason,
                        Expect = outcome with { Also = complaints.Count > 1 ? [.. complaints.Skip(1)] : null },
                    }
            );
    }

    private void RideAway(WeekendTime at, WeekendPlace place) =>
        Add(
            at,
            WeekendDeed.RideAway,
            step =>
                step with
                {
                    Rider = Key("rider"),
                    Vehicles = [place.Vehicle],
                    Expect = new() { State = "UNLOCKED" },
                }
        );

    private static WeekendStep Granted(WeekendStep step, string thing) =>
        step with
        {
            Who = "officer",
            Thing = thing,
            Expect = new() { State = "ACTIVE" },
        };

    /// <summary>The agent who acts on cases and complaints at a time.</summary>
    internal static string AgentAt(WeekendTime time) =>
        time < Saturday(18) ? "agent-1"
        : time < Sunday(13) ? "agent-3"
        : "agent-1";
}

/// <summary>A random generator that gives the same numbers in every version of every runtime (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>A number from 0 to below.</summary>
    public int Next(int below)
    {
        state += 0x9E3779B97F4A7C15;
        var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)below);
    }

    public int Between(int least, int most) => least + Next(most - least + 1);

    public T Pick<T>(IReadOnlyList<T> all) => all[Next(all.Count)];

    /// <summary>An amount in whole hundreds of won.</summary>
    public long Won(int least, int most) => Between(least / 100, most / 100) * 100L;

    /// <summary>In any order (Fisher and Yates).</summary>
    public IReadOnlyList<T> Shuffled<T>(IEnumerable<T> all)
    {
        var list = all.ToList();
        for (var i = list.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }
        return list;
    }

    /// <summary>So many times of a quarter of an hour between two, in order.</summary>
    public IReadOnlyList<WeekendTime> Quarters(int count, WeekendTime from, WeekendTime to) =>
        [.. Enumerable.Range(0, count).Select(_ => from + (15 * Next(((to.Minutes - from.Minutes) / 15) + 1))).Order()];
}
