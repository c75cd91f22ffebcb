using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using static Mobility.Launcher.WeekendTime;
using Fact = Mobility.Launcher.WeekendFact;

namespace Mobility.Launcher;

/// <summary>A ride that a defect ended, and the fault that says so.</summary>
internal sealed record CutShort(string Fault, string Rider, WeekendRide Ride, WeekendTime At);

/// <summary>The 200 faults of the weekend: what riders report, and what crew, agents and lead make of it.</summary>
internal sealed class WeekendFaults(WeekendMaker maker)
{
    private static readonly string[] Dangers = ["BRAKE_FAILURE", "THROTTLE_STUCK", "WHEEL_LOOSE", "HANDLEBAR_LOOSE"];
    private static readonly string[] Nuisances = ["LIGHT_FAILURE", "DECK_DAMAGE", "STICKER_UNREADABLE", "APP_OR_LOCK"];

    /// <summary>In which order the facts of a ride may become known; the ride itself comes before a report that names
    /// it.</summary>
    private static readonly IReadOnlyList<WeekendFact>[] Orders =
    [
        [Fact.Record, Fact.Payment, Fact.Report],
        [Fact.Record, Fact.Report, Fact.Payment],
        [Fact.Running, Fact.Payment, Fact.Report, Fact.Record],
        [Fact.Running, Fact.Report, Fact.Payment, Fact.Record],
        [Fact.Running, Fact.Report, Fact.Record, Fact.Payment],
    ];

    private readonly List<CutShort> cutShort = [];

    /// <summary>Rides that were paid for and that a defect ended: an agent may give the money back.</summary>
    public IReadOnlyList<CutShort> CutShorts => cutShort;

    public void Add()
    {
        var dice = maker.Dice;
        AddNeverRan(dice.Quarters(45, Saturday(9), Saturday(14, 30)), "SETTLED", []);
        AddNeverRan(dice.Quarters(25, Sunday(10, 15), Sunday(17, 30)), "SETTLED", []);
        AddNeverRan(dice.Quarters(6, Saturday(15, 15), Saturday(17)), "DENIED", ["DELEGATION_REVOKED"]);
        AddRanAllTheSame(dice.Quarters(7, Saturday(9, 15), Saturday(14, 15)), leftOpen: 0);
        AddRanAllTheSame(dice.Quarters(3, Sunday(11, 30), Sunday(15)), leftOpen: 1);
        AddRidden(dice.Quarters(18, Saturday(9), Saturday(17)), Saturday(20, 30), leftOpen: 0);
        AddRidden(dice.Quarters(6, Sunday(11, 15), Sunday(15)), Sunday(17, 45), leftOpen: 1);
        AddOneWord(dice.Quarters(12, Saturday(9, 30), Saturday(14)));
        AddTwoRiders(dice.Quarters(4, Saturday(10), Saturday(14)));
        AddNuisances(dice.Quarters(50, Saturday(9), Saturday(20, 30)), cutShorts: 14);
        AddNuisances(dice.Quarters(20, Sunday(9), Sunday(17, 30)), cutShorts: 6);
    }

    /// <summary>The lock did not open, or the vehicle moved 0 m: the machine gives the money back by itself.</summary>
    private void AddNeverRan(IReadOnlyList<WeekendTime> times, string state, IReadOnlyList<string> reasons)
    {
        foreach (var at in times)
        {
            var ride = new WeekendRide(
                maker.Dice.Next(3) > 0 ? UnlockOutcome.Failed : UnlockOutcome.Unlocked,
                Meters: 0,
                Began: maker.Dice.Between(3, 9),
                Minutes: 1,
                maker.Dice.Won(1_000, 3_200),
                maker.Dice.Next(3) > 0 ? Instrument.Card : Instrument.EasyPay
            );
            var facts = maker.Dice.Pick(Orders);
            var fault = ReportUnlockFailed(at, ride, facts, state, reasons);
            if (state == "DENIED")
            {
                CloseCaseOf(fault, at + (15 * maker.Dice.Between(3, 6)));
            }
        }
    }

    /// <summary>The operator's record says that it ran: the machine denies, and a person looks at it.</summary>
    private void AddRanAllTheSame(IReadOnlyList<WeekendTime> times, int leftOpen)
    {
        foreach (var (at, i) in times.Select((at, i) => (at, i)))
        {
            var ride = Ran(12, maker.Dice.Won(1_200, 2_600));
            var fault = ReportUnlockFailed(
                at,
                ride,
                [Fact.Record, Fact.Payment, Fact.Report],
                "DENIED",
                ["RIDE_RECORD_CONTRADICTS"]
            );
            if (i < times.Count - leftOpen)
            {
                CloseCaseOf(fault, at + (15 * maker.Dice.Between(2, 5)));
            }
        }
    }

    private string ReportUnlockFailed(
        WeekendTime at,
        WeekendRide ride,
        IReadOnlyList<WeekendFact> facts,
        string state,
        IReadOnlyList<string> reasons
    )
    {
        var settled = state == "SETTLED";
        return Report(
            at,
            "UNLOCK_FAILED",
            maker.Key("rider"),
            maker.StreetVehicle(),
            step =>
                step with
                {
                    Ride = ride,
                    Facts = facts,
                    Expect = step.Expect with
                    {
                        Grounding = Grounding.None,
                        Automatic = state,
                        Won = settled ? ride.Won : 0,
                        Reasons = reasons,
                        Told = ["fault-received", settled ? "refund-settled" : "refund-denied"],
                    },
                }
        );
    }

    /// <summary>Something dangerous, by one who rode it within the hour: off the street at once.</summary>
    private void AddRidden(IReadOnlyList<WeekendTime> times, WeekendTime until, int leftOpen)
    {
        foreach (var (at, i) in times.Select((at, i) => (at, i)))
        {
            var fault = Report(
                at,
                maker.Dice.Pick(Dangers),
                maker.Key("rider"),
                maker.Key("vehicle"),
                step =>
                    step with
                    {
                        Ride = Ran(maker.Dice.Between(20, 50), won: 0),
                        Expect = step.Expect with { Grounding = Grounding.Grounded },
                    }
            );
            if (i < times.Count - leftOpen)
            {
                Resolve(fault, at, until);
            }
        }
    }

    /// <summary>Something dangerous, by one who did not ride it: the lead decides.</summary>
    private void AddOneWord(IReadOnlyList<WeekendTime> times)
    {
        foreach (var (at, i) in times.Select((at, i) => (at, i)))
        {
            var fault = Report(at, maker.Dice.Pick(Dangers), maker.Key("rider"), maker.Key("vehicle"), Held);
            var decided = at + (15 * maker.Dice.Between(2, 5));
            if (i % 2 == 0)
            {
                Decide(decided, WeekendDeed.ConfirmFault, "lead", fault, "CONFIRMED");
                Resolve(fault, decided, Saturday(20, 30));
            }
            else
            {
                Decide(decided, WeekendDeed.RejectFault, "lead", fault, "REJECTED");
            }
        }
    }

    /// <summary>Two riders say the same of a vehicle within a day: the second word grounds it.</summary>
    private void AddTwoRiders(IReadOnlyList<WeekendTime> times)
    {
        foreach (var at in times)
        {
            var (vehicle, category) = (maker.Key("vehicle"), maker.Dice.Pick(Dangers));
            var first = Report(at, category, maker.Key("rider"), vehicle, Held);
            var second = Report(
                at + 15,
                category,
                maker.Key("rider"),
                vehicle,
                step => step with { Expect = step.Expect with { Grounding = Grounding.Grounded } }
            );
            Resolve(first, at + 30, Saturday(20, 30));
            Resolve(second, at + 30, Saturday(20, 30));
        }
    }

    /// <summary>Nothing dangerous: the crew's list. Some of them ended a ride.</summary>
    private void AddNuisances(IReadOnlyList<WeekendTime> times, int cutShorts)
    {
        foreach (var (at, i) in times.Select((at, i) => (at, i)))
        {
            var ends = i < cutShorts;
            var rider = maker.Key("rider");
            var ride = ends ? Ran(maker.Dice.Between(12, 20), maker.Dice.Won(1_300, 2_400)) : null;
            var fault = Report(
                at,
                ends ? maker.Dice.Pick<string>(["FLAT_TIRE", "BATTERY_EMPTY"]) : maker.Dice.Pick(Nuisances),
                rider,
                maker.StreetVehicle(),
                step => step with { Ride = ride, Expect = step.Expect with { Grounding = Grounding.None } }
            );
            if (ends)
            {
                cutShort.Add(new CutShort(fault, rider, ride!, at));
            }
            else if (i % 3 == 0 && at < Sunday(16))
            {
                Resolve(fault, at, at < Sunday(0) ? Saturday(20, 30) : Sunday(17, 45));
            }
        }
    }

    private string Report(
        WeekendTime at,
        string category,
        string rider,
        string vehicle,
        Func<WeekendStep, WeekendStep> fill
    )
    {
        var fault = maker.Key("fault");
        maker.Add(
            at,
            WeekendDeed.ReportFault,
            step =>
                fill(
                    step with
                    {
                        Who = rider,
                        Rider = rider,
                        Thing = fault,
                        Category = category,
                        Vehicles = [vehicle],
                        Expect = new() { State = "REPORTED", Told = ["fault-received"] },
                    }
                )
        );
        return fault;
    }

    private static WeekendStep Held(WeekendStep step) =>
        step with
        {
            Expect = step.Expect with { Grounding = Grounding.Held },
        };

    private static WeekendRide Ran(int began, long won) =>
        new(UnlockOutcome.Unlocked, Meters: 140 * began, began, Minutes: began - 3, won, Instrument.Card);

    private void Decide(WeekendTime at, WeekendDeed deed, string who, string fault, string state) =>
        maker.Add(
            at,
            deed,
            step =>
                step with
                {
                    Who = who,
                    Of = fault,
                    Expect = new() { State = state, Told = state == "RESOLVED" ? ["fault-resolved"] : null },
                }
        );

    private void Resolve(string fault, WeekendTime after, WeekendTime until)
    {
        var at = after + (15 * maker.Dice.Between(4, 10));
        Decide(at < until ? at : until, WeekendDeed.ResolveFault, "technician", fault, "RESOLVED");
    }

    /// <summary>What the machine could not settle waits until a person closes it.</summary>
    private void CloseCaseOf(string fault, WeekendTime at) =>
        maker.Add(
            at,
            WeekendDeed.CloseCase,
            step =>
                step with
                {
                    Who = WeekendMaker.AgentAt(at),
                    Of = fault,
                    Need = CaseNeed.Information,
                    Expect = new() { State = "CLOSED" },
                }
        );
}
