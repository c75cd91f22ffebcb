using Mobility.Launcher;
using Mobility.Refunds;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>What a seed makes of a weekend.</summary>
public sealed class ChaosPlanTests
{
    private static readonly Weekend Whole = Weekend.Load(Repository.Root);

    public static TheoryData<int> Seeds => [0, 1, 2, 3, 7, 42, 1_000, int.MaxValue];

    [Fact]
    public void The_same_seed_makes_the_same_plan_and_another_another()
    {
        Assert.Equal(Written(Plan(7, Whole)), Written(Plan(7, Whole)));
        Assert.NotEqual(Written(Plan(7, Whole)), Written(Plan(8, Whole)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_whole_weekend_bears_every_point_and_at_least_thirty(int seed)
    {
        var names = Plan(seed, Whole).Kills.Select(kill => kill.Point.Name).ToList();
        Assert.Equal(ChaosPoint.All.Select(point => point.Name).Order(), names.Order());
        Assert.True(names.Count >= 30, $"{names.Count}");
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_is_armed_while_work_of_its_kind_is_still_to_come(int seed)
    {
        foreach (var until in new WeekendTime?[] { null, WeekendTime.Saturday(10), WeekendTime.Saturday(13) })
        {
            var weekend = Whole.Until(until);
            var steps = weekend.Steps;
            foreach (var (point, after) in Plan(seed, weekend).Kills)
            {
                // Whatever of the same time was done before it.
                var now = after == 0 ? new WeekendTime(0) : steps[after - 1].At;
                var all = steps.Count(point.Work);
                var left = steps.Count(step => step.At > now && point.Work(step));
                Assert.True(left > 0 && left >= Math.Min(all, point.Need), $"{point.Name} after {after}: {left}");
            }
        }
    }

    [Fact]
    public void They_are_spread_over_the_weekend()
    {
        var plan = Plan(7, Whole);
        var quarters = plan.Kills.CountBy(kill => kill.AfterStep * 4 / Whole.Steps.Count).ToDictionary();
        Assert.Equal([0, 1, 2, 3], quarters.Keys.Order());
        Assert.All(quarters.Values, count => Assert.True(count >= 6, $"{count} in a quarter"));
    }

    [Fact]
    public void What_cannot_fire_before_the_end_is_not_planned()
    {
        var plan = Plan(7, Whole.Until(WeekendTime.Saturday(10)));
        Assert.DoesNotContain(
            plan.Kills,
            kill => kill.Point.Place.StartsWith("awaiting-approval-", StringComparison.Ordinal)
        );
        Assert.InRange(plan.Kills.Count, 10, 20);
        Assert.Empty(Plan(7, Whole.Until(WeekendTime.Saturday(8))).Kills);
    }

    [Fact]
    public void The_points_inside_are_those_that_the_services_have_and_a_weekend_is_sure_to_reach()
    {
        var reached = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "services"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Where(line => line.Contains("KillPoint.Reach(\"", StringComparison.Ordinal))
            .Select(line => line.Split('"')[1]);
        var planned = ChaosPoint.All.Where(point => point.Kind == ChaosKind.Inside).Select(point => point.Place);
        // Those of Refunds that only trouble leads to are reached in KillAtEveryStepTests.
        var commits = RefundFlow
            .Edges.Keys.Select(edge => RefundPlaces.Name(edge.From, edge.Step))
            .Append(RefundPlaces.Admission)
            .SelectMany(commit => new[] { $"{commit}.before-commit", $"{commit}.after-commit" })
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal(
            reached.Distinct().Except(["ask.after-reply"]).Order(),
            planned.Distinct().Except(commits).Order()
        );
    }

    private static ChaosPlan Plan(int seed, Weekend weekend) => ChaosPlan.Make(seed, weekend, ChaosPoint.All);

    private static IEnumerable<string> Written(ChaosPlan plan) =>
        plan.Kills.Select(kill => $"{kill.Point.Name} after {kill.AfterStep}");
}
