using Mobility.Desk.V1;

namespace Mobility.Desk;

/// <summary>
/// People who pass through patterns of five days, week by week: the first person begins with the first pattern of the
/// order, the second with the second, and so on.
/// </summary>
public sealed record RotationPlan(
    DateOnly FirstMonday,
    int WeekCount,
    int PeopleCount,
    IReadOnlyList<ShiftPattern> Order
)
{
    private const int DaysOfWeek = 7;
    private const int DaysOfPattern = 5;

    /// <summary>The days that a person of the plan works, in order.</summary>
    /// <param name="person">Number of the person, from 0.</param>
    public IEnumerable<DateOnly> DaysOf(int person) =>
        Enumerable
            .Range(0, WeekCount)
            .SelectMany(week => DaysIn(week, Order[(person + week) % Order.Count]))
            .Select(FirstMonday.AddDays);

    /// <summary>
    /// The longest run of working days of anybody: over the weeks made, with the days that stand already, and of the
    /// order if it goes on for ever.
    /// </summary>
    /// <param name="standing">Days that each person works besides, by number; runs of these alone are not the
    /// plan's.</param>
    public int LongestRun(ILookup<int, DateOnly> standing) =>
        Enumerable
            .Range(0, PeopleCount)
            .Select(person => LongestRunWith(DaysOf(person), standing[person]))
            .Append(LongestRunForEver())
            .Max();

    /// <summary>People on duty from Monday to Sunday, the fewest of any week made.</summary>
    public IReadOnlyList<int> Coverage()
    {
        var perDay = Enumerable.Range(0, PeopleCount).SelectMany(DaysOf).CountBy(day => day).ToDictionary();
        return
        [
            .. Enumerable
                .Range(0, DaysOfWeek)
                .Select(day =>
                    Enumerable
                        .Range(0, WeekCount)
                        .Min(week => perDay.GetValueOrDefault(FirstMonday.AddDays((week * DaysOfWeek) + day)))
                ),
        ];
    }

    /// <summary>The same patterns in the first order that keeps runs within the limit; null when none does.</summary>
    public RotationPlan? Within(int runDaysMax, ILookup<int, DateOnly> standing) =>
        Orders(Order)
            .Select(order => this with { Order = order })
            .FirstOrDefault(plan => plan.LongestRun(standing) <= runDaysMax);

    /// <summary>Every order of the patterns; those that leave the first ones where they are come first.</summary>
    private static IEnumerable<IReadOnlyList<ShiftPattern>> Orders(IReadOnlyList<ShiftPattern> patterns) =>
        patterns.Count <= 1
            ? [patterns]
            : patterns.SelectMany(
                (first, place) =>
                    Orders([.. patterns.Where((_, n) => n != place)])
                        .Select(rest => (IReadOnlyList<ShiftPattern>)[first, .. rest])
            );

    /// <summary>Twice round: a run cannot be longer than one round, as every pattern has two days off.</summary>
    private int LongestRunForEver() =>
        LongestRunWith(
            Enumerable
                .Range(0, 2 * Order.Count)
                .SelectMany(week => DaysIn(week, Order[week % Order.Count]))
                .Select(FirstMonday.AddDays),
            []
        );

    private static int LongestRunWith(IEnumerable<DateOnly> planned, IEnumerable<DateOnly> standing)
    {
        var mine = planned.ToHashSet();
        var all = standing.Concat(mine).ToHashSet();
        return all.Where(day => !all.Contains(day.AddDays(-1)))
            .Select(first => Enumerable.Range(0, int.MaxValue).Select(first.AddDays).TakeWhile(all.Contains).ToList())
            .Where(run => run.Any(mine.Contains))
            .Select(run => run.Count)
            .DefaultIfEmpty(0)
            .Max();
    }

    private static IEnumerable<int> DaysIn(int week, ShiftPattern pattern) =>
        Enumerable.Range((week * DaysOfWeek) + FirstDayOf(pattern), DaysOfPattern);

    /// <summary>0 is Monday.</summary>
    private static int FirstDayOf(ShiftPattern pattern) =>
        pattern switch
        {
            ShiftPattern.MondayToFriday => 0,
            ShiftPattern.TuesdayToSaturday => 1,
            ShiftPattern.WednesdayToSunday => 2,
            _ => throw new ArgumentOutOfRangeException(nameof(pattern), pattern, "It is no pattern."),
        };
}
