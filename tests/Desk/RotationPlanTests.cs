using FsCheck;
using FsCheck.Fluent;
using Mobility.Desk;
using Mobility.Desk.V1;
using Xunit;
using static Mobility.Desk.V1.ShiftPattern;

namespace Mobility.Tests.Desk;

/// <summary>The rota of an interview: A Monday to Friday, B Tuesday to Saturday, C Wednesday to Sunday.</summary>
public sealed class RotationPlanTests
{
    private static readonly DateOnly Monday = new(2026, 3, 2);
    private static readonly Dictionary<char, ShiftPattern> Letters = new()
    {
        ['A'] = MondayToFriday,
        ['B'] = TuesdayToSaturday,
        ['C'] = WednesdayToSunday,
    };

    private static readonly ILookup<int, DateOnly> Nothing = Array.Empty<DateOnly>().ToLookup(_ => 0, day => day);

    [Theory]
    [InlineData("ABC", 10)]
    [InlineData("BCA", 10)]
    [InlineData("CAB", 10)]
    [InlineData("ACB", 5)]
    [InlineData("CBA", 5)]
    [InlineData("BAC", 5)]
    [InlineData("AB", 5)]
    [InlineData("BC", 5)]
    [InlineData("AC", 10)]
    [InlineData("CA", 10)]
    [InlineData("A", 5)]
    [InlineData("B", 5)]
    [InlineData("C", 5)]
    public void The_longest_run_of_an_order_that_goes_on_for_ever(string order, int days) =>
        Assert.All([1, 2, 3, 7], weeks => Assert.Equal(days, Plan(order, weeks).LongestRun(Nothing)));

    [Theory]
    [InlineData("ABC", 3)]
    [InlineData("ACB", 1)]
    public void The_shortest_rest_of_an_order(string order, int days)
    {
        var worked = Plan(order, 9).DaysOf(0).Select(day => day.DayNumber).ToList();
        var rests = worked.Zip(worked.Skip(1), (day, next) => next - day - 1).Where(rest => rest > 0);

        Assert.Equal(days, rests.Min());
    }

    [Theory]
    [InlineData("ABC", 7)]
    [InlineData("ACB", 6)]
    public void The_most_days_of_an_order_in_any_seven_days(string order, int days)
    {
        var worked = Plan(order, 9).DaysOf(0).ToHashSet();
        var most = Enumerable
            .Range(0, 8 * 7)
            .Max(first => Enumerable.Range(first, 7).Count(day => worked.Contains(Monday.AddDays(day))));

        Assert.True(most <= days, $"{most} days");
        Assert.True(order == "ACB" || most == days, $"{most} days");
    }

    [Theory]
    [InlineData("ABC", 3, new[] { 1, 2, 3, 3, 3, 2, 1 })]
    [InlineData("ACB", 3, new[] { 1, 2, 3, 3, 3, 2, 1 })]
    [InlineData("ABC", 6, new[] { 2, 4, 6, 6, 6, 4, 2 })]
    [InlineData("A", 2, new[] { 2, 2, 2, 2, 2, 0, 0 })]
    [InlineData("ABC", 1, new[] { 0, 0, 1, 1, 1, 0, 0 })]
    public void Coverage_is_the_fewest_people_of_any_week(string order, int people, int[] coverage) =>
        Assert.Equal(coverage, (Plan(order, 6) with { PeopleCount = people }).Coverage());

    [Theory]
    [InlineData("ABC", 10, "ABC")]
    [InlineData("ABC", 9, "ACB")]
    [InlineData("ABC", 6, "ACB")]
    [InlineData("ABC", 5, "ACB")]
    [InlineData("CAB", 6, "CBA")]
    [InlineData("ABC", 4, null)]
    [InlineData("AC", 6, null)]
    public void The_first_order_that_keeps_to_the_limit(string order, int limit, string? expected) =>
        Assert.Equal(expected?.Select(letter => Letters[letter]), Plan(order, 3).Within(limit, Nothing)?.Order);

    [Fact]
    public void People_begin_with_the_pattern_of_their_number_and_pass_through_the_order()
    {
        var plan = Plan("ACB", 2);

        Assert.Equal([0, 1, 2, 3, 4, 9, 10, 11, 12, 13], plan.DaysOf(0).Select(Offset));
        Assert.Equal([2, 3, 4, 5, 6, 8, 9, 10, 11, 12], plan.DaysOf(1).Select(Offset));
        Assert.Equal([1, 2, 3, 4, 5, 7, 8, 9, 10, 11], plan.DaysOf(2).Select(Offset));
        Assert.Equal(plan.DaysOf(0), (plan with { PeopleCount = 4 }).DaysOf(3));
    }

    [Fact]
    public void Days_that_stand_lengthen_a_run_that_they_touch_and_no_other()
    {
        var plan = Plan("A", 1);

        Assert.Equal(7, Run(plan, -1, -2));
        Assert.Equal(8, Run(plan, 5, 6, 7));
        Assert.Equal(5, Run(plan, 6, 7, 8, 9, 10, 11, 12, 13, 14));
        Assert.Equal(5, Run(plan, 0, 1));
    }

    [Fact]
    public void Another_order_is_found_around_days_that_stand()
    {
        var standing = new[] { -1, -2 }.ToLookup(_ => 0, Monday.AddDays);

        Assert.Equal(7, Plan("ACB", 3).LongestRun(standing));
        Assert.Equal("CBA".Select(l => Letters[l]), Plan("ACB", 3).Within(6, standing)!.Order);
    }

    [Fact]
    public void The_longest_run_is_what_somebody_counts_day_by_day()
    {
        var cases =
            from order in Gen.Elements("ABC", "ACB", "BAC", "AB", "BC", "A", "C")
            from weeks in Gen.Choose(1, 5)
            from people in Gen.Choose(1, 4)
            from days in Gen.Choose(-10, 45).ListOf()
            select (Plan: Plan(order, weeks) with { PeopleCount = people }, Days: days.ToHashSet());

        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                    c.Plan.LongestRun(c.Days.ToLookup(_ => 0, Monday.AddDays))
                    == Math.Max(Counted(c.Plan, c.Days), (c.Plan with { WeekCount = 12 }).LongestRun(Nothing))
            )
            .QuickCheckThrowOnFailure();
    }

    /// <summary>Day by day over all people, the standing days being those of the first.</summary>
    private static int Counted(RotationPlan plan, HashSet<int> standing)
    {
        var longest = 0;
        for (var person = 0; person < plan.PeopleCount; person++)
        {
            var planned = plan.DaysOf(person).Select(Offset).ToHashSet();
            var run = 0;
            var touched = false;
            for (var day = -12; day <= 60; day++)
            {
                var works = planned.Contains(day) || (person == 0 && standing.Contains(day));
                run = works ? run + 1 : 0;
                touched = works && (touched || planned.Contains(day));
                longest = touched ? Math.Max(longest, run) : longest;
            }
        }

        return longest;
    }

    private static int Run(RotationPlan plan, params int[] standing) =>
        plan.LongestRun(standing.ToLookup(_ => 0, Monday.AddDays));

    private static int Offset(DateOnly day) => day.DayNumber - Monday.DayNumber;

    private static RotationPlan Plan(string order, int weeks) =>
        new(Monday, weeks, 3, [.. order.Select(letter => Letters[letter])]);
}
