namespace Mobility.Tests.Refunds;

/// <summary>Something that happens to a delegation with small limits.</summary>
internal abstract record AdmissionStep
{
    /// <summary>An agent asks for thousands of won of a payment.</summary>
    public sealed record Ask(int Agent, int Payment, int Thousands) : AdmissionStep;

    /// <summary>Time passes, and the job runs: what waited too long ends, what was approved settles.</summary>
    public sealed record Pass(int Minutes) : AdmissionStep;

    /// <summary>Of those that wait for a lead, the lead agrees to one.</summary>
    public sealed record Agree(int Which) : AdmissionStep;

    /// <summary>Of those that wait for a lead, the lead refuses one.</summary>
    public sealed record Decline(int Which) : AdmissionStep;

    /// <summary>Of those that wait, who asked takes one back.</summary>
    public sealed record TakeBack(int Which) : AdmissionStep;
}

/// <summary>What a request comes to: the budgets that have no room for the won or for one more, what is left in each,
/// and the most that would be allowed at once.</summary>
internal sealed record AdmissionReply(
    string Outcome,
    string Short,
    string Full,
    string Left,
    long? Most,
    bool ExceedsPayment
);

/// <summary>
/// Admission said a second time, in sums over a plain list: nothing here knows of counters, rows or locks. A rolling
/// window is counted in parts of a 24th, the oldest in full, as the budgets promise.
/// </summary>
internal sealed class AdmissionModel
{
    public const int Payments = 4;
    public const int Agents = 2;
    public const long Captured = 9_000;
    public const long Alone = 4_000;
    public const long WithLead = 8_000;

    /// <summary>Id, won, refunds: of the delegation in 6 hours, an agent in a day, a customer in a week, a vehicle in a
    /// month, a payment for ever.</summary>
    public static readonly (string Id, long Won, int Count)[] Limits =
    [
        ("agent", 12_000, 5),
        ("all", 16_000, 7),
        ("customer", 15_000, 9),
        ("payment", 8_000, 3),
        ("vehicle", 20_000, 12),
    ];

    private static readonly TimeSpan Korea = TimeSpan.FromHours(9);
    private readonly List<Entry> entries = [];
    private int asked;

    /// <summary>Numbers of the requests that wait for a lead.</summary>
    public IReadOnlyList<int> Waiting => [.. entries.Where(entry => entry.IsWaiting).Select(entry => entry.Number)];

    /// <summary>Two payments belong to one customer, and so do two vehicles to three.</summary>
    public static int CustomerOf(int payment) => payment / 2;

    public static int VehicleOf(int payment) => payment % 3 == 0 ? 0 : 1;

    public AdmissionReply Ask(AdmissionStep.Ask ask, DateTimeOffset now)
    {
        var won = ask.Thousands * 1_000L;
        var before = entries.Where(entry => entry.Payment == ask.Payment).Sum(entry => entry.Won);
        // A week back, the hour that it begins in as a whole.
        var week = entries.Where(entry => Hour(entry.At) >= Hour(now) - 168);
        var ofCustomer = week.Where(entry => CustomerOf(entry.Payment) == CustomerOf(ask.Payment)).Sum(one => one.Won);
        var counted = Math.Max(before, ofCustomer);
        var uses = Limits.Select(limit => (limit, Use: Used(limit.Id, ask, now))).ToList();
        var brief = uses.Where(use => use.Use.Won + won > use.limit.Won).Select(use => use.limit.Id);
        var full = uses.Where(use => use.Use.Count + 1 > use.limit.Count).Select(use => use.limit.Id);
        var fits = before + won <= Captured && !brief.Any() && !full.Any();
        var outcome =
            fits && counted + won <= Alone ? "Allowed"
            : fits && counted + won <= WithLead ? "NeedsApproval"
            : "Denied";
        (long Won, int Count) taken = outcome == "Denied" ? (0, 0) : (won, 1);
        var left = uses.Select(use =>
            $"{use.limit.Id} {use.limit.Won - use.Use.Won - taken.Won} {use.limit.Count - use.Use.Count - taken.Count}"
        );
        var most = uses.Select(use => use.limit.Won - use.Use.Won).Append(Alone - counted).Min();
        var number = asked++;
        if (outcome != "Denied")
        {
            entries.Add(new Entry(number, now, ask, won, outcome == "NeedsApproval"));
        }
        return new AdmissionReply(
            outcome,
            string.Join(' ', brief),
            string.Join(' ', full),
            string.Join(", ", left),
            most > 0 && !full.Any() ? most : null,
            before + won > Captured
        );
    }

    /// <summary>What waits for a day is over.</summary>
    public void Pass(DateTimeOffset now) => entries.RemoveAll(entry => entry.IsWaiting && entry.At.AddHours(24) <= now);

    /// <summary>It is held as before and waits no more.</summary>
    public void Agree(int number) =>
        entries[entries.FindIndex(entry => entry.Number == number)] = entries.Single(entry =>
            entry.Number == number
        ) with
        {
            IsWaiting = false,
        };

    /// <summary>What was held is free in the window that it was taken from.</summary>
    public void LetGo(int number) => entries.RemoveAll(entry => entry.Number == number);

    private (long Won, int Count) Used(string budget, AdmissionStep.Ask ask, DateTimeOffset now)
    {
        var counted = entries.Where(entry => IsIn(budget, entry, ask, now)).ToList();
        return (counted.Sum(entry => entry.Won), counted.Count);
    }

    private static bool IsIn(string budget, Entry entry, AdmissionStep.Ask ask, DateTimeOffset now)
    {
        var (then, today) = (entry.At.ToOffset(Korea).Date, now.ToOffset(Korea).Date);
        return budget switch
        {
            "agent" => entry.Agent == ask.Agent && then == today,
            "all" => Quarter(entry.At) >= Quarter(now) - 24,
            "customer" => CustomerOf(entry.Payment) == CustomerOf(ask.Payment) && Monday(then) == Monday(today),
            "vehicle" => VehicleOf(entry.Payment) == VehicleOf(ask.Payment) && then.Month == today.Month,
            _ => entry.Payment == ask.Payment,
        };
    }

    private static long Hour(DateTimeOffset time) => time.ToUnixTimeSeconds() / 3_600;

    private static long Quarter(DateTimeOffset time) => time.ToUnixTimeSeconds() / 900;

    private static DateTime Monday(DateTime day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    /// <summary>What is held or settled.</summary>
    private sealed record Entry(int Number, DateTimeOffset At, AdmissionStep.Ask By, long Won, bool IsWaiting)
    {
        public int Agent => By.Agent;
        public int Payment => By.Payment;
    }
}
