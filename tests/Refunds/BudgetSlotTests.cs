using System.Globalization;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Budget = Mobility.Refunds.Budget;

namespace Mobility.Tests.Refunds;

public sealed class BudgetSlotTests
{
    [Theory]
    // Seoul is 9 hours ahead: its day, week and month turn at 15:00Z. 2026-11-01 is a Sunday.
    [InlineData(BudgetWindow.CalendarDay, "2026-10-05T14:59:59.999Z", "2026-10-04T15:00Z", "2026-10-05T15:00Z")]
    [InlineData(BudgetWindow.CalendarDay, "2026-10-05T15:00:00.000Z", "2026-10-05T15:00Z", "2026-10-06T15:00Z")]
    [InlineData(BudgetWindow.CalendarWeek, "2026-10-11T14:59:59.999Z", "2026-10-04T15:00Z", "2026-10-11T15:00Z")]
    [InlineData(BudgetWindow.CalendarWeek, "2026-10-11T15:00:00.000Z", "2026-10-11T15:00Z", "2026-10-18T15:00Z")]
    [InlineData(BudgetWindow.CalendarMonth, "2026-10-31T14:59:59.999Z", "2026-09-30T15:00Z", "2026-10-31T15:00Z")]
    [InlineData(BudgetWindow.CalendarMonth, "2026-10-31T15:00:00.000Z", "2026-10-31T15:00Z", "2026-11-30T15:00Z")]
    [InlineData(BudgetWindow.CalendarMonth, "2026-12-31T14:59:59.999Z", "2026-11-30T15:00Z", "2026-12-31T15:00Z")]
    public void A_calendar_window_turns_at_midnight_of_the_clients_zone(
        BudgetWindow window,
        string now,
        string start,
        string end
    )
    {
        var slot = Slot(Daily with { Window = window }, Facts with { Now = At(now) });

        Assert.Equal((At(start), At(start), At(end)), (slot.Bucket, slot.From, slot.Until));
    }

    [Theory]
    [InlineData("2026-03-28T22:59:59Z", "2026-03-27T23:00Z", "2026-03-28T23:00Z")]
    [InlineData("2026-03-29T12:00:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z")] // 23 hours: the clocks went forward
    public void A_day_is_as_long_as_its_zone_makes_it(string now, string start, string end)
    {
        var slot = Slot(Daily, Facts with { Zone = "Europe/Oslo", Now = At(now) });

        Assert.Equal((At(start), At(end)), (slot.From, slot.Until));
    }

    [Fact]
    public void A_rolling_window_is_summed_from_whole_buckets_that_cover_it()
    {
        var rolling = Daily with { Window = BudgetWindow.RollingHours, WindowHours = 24 };

        var slot = Slot(rolling, Facts with { Now = At("2026-10-05T03:59:59.999Z") });

        Assert.Equal(At("2026-10-05T03:00Z"), slot.Bucket);
        Assert.Equal(At("2026-10-04T03:00Z"), slot.From);
        Assert.Null(slot.Until);
    }

    [Fact]
    public void A_rolling_window_of_an_hour_has_buckets_of_two_and_a_half_minutes()
    {
        var rolling = Daily with { Window = BudgetWindow.RollingHours, WindowHours = 1 };

        var slot = Slot(rolling, Facts with { Now = At("2026-10-05T03:02:30Z") });

        Assert.Equal((At("2026-10-05T03:02:30Z"), At("2026-10-05T02:02:30Z")), (slot.Bucket, slot.From));
    }

    [Fact]
    public void A_lifetime_budget_has_one_bucket()
    {
        var slot = Slot(Daily with { Window = BudgetWindow.Lifetime }, Facts);

        Assert.Equal((DateTimeOffset.UnixEpoch, (DateTimeOffset?)null), (slot.Bucket, slot.Until));
    }

    [Theory]
    [InlineData(BudgetDimension.Agent, "people/1")]
    [InlineData(BudgetDimension.Delegation, "")]
    [InlineData(BudgetDimension.Reason, "UNLOCK_FAILED")]
    [InlineData(BudgetDimension.Customer, "riders/1")]
    [InlineData(BudgetDimension.Payment, "payments/1")]
    [InlineData(BudgetDimension.Vehicle, "vehicles/1")]
    public void A_budget_counts_apart_what_its_dimension_says(BudgetDimension dimension, string key) =>
        Assert.Equal(key, Slot(Daily with { Dimension = dimension }, Facts).Key);

    [Fact]
    public void Random_admissions_never_exceed_a_rolling_limit_in_any_window()
    {
        var rolling = Daily with
        {
            Window = BudgetWindow.RollingHours,
            WindowHours = 24,
            LimitAmount = 10_000,
            LimitCount = null,
        };
        var policy = PolicyOf(AgentPermit).With(rolling);
        var random = new Random(20_261_005);
        var admitted = new List<(DateTimeOffset Time, DateTimeOffset Bucket, long Amount)>();
        var now = Noon.AddDays(-20);
        while (now < Noon)
        {
            now += TimeSpan.FromMinutes(random.Next(1, 90));
            // An overtaken request decides with an older clock than one that is already in.
            var seen = now - TimeSpan.FromMinutes(random.Next(0, 30));
            var facts = Asking(random.Next(1, 4_000)) with { Now = seen };
            var slot = Slot(rolling, facts);
            var use = admitted.Where(one => one.Bucket >= slot.From).Sum(one => one.Amount);
            if (Decide(policy, facts with { Uses = Used("daily", use, 0) }).Allowed)
            {
                admitted.Add((seen, slot.Bucket, facts.Request.Amount));
            }
        }
        Assert.True(admitted.Count > 50, $"only {admitted.Count} were admitted");
        Assert.All(
            admitted,
            last => Assert.True(admitted.Where(one => InWindowOf(last.Time, one.Time)).Sum(one => one.Amount) <= 10_000)
        );
    }

    private static bool InWindowOf(DateTimeOffset end, DateTimeOffset time) => time > end.AddHours(-24) && time <= end;

    private static BudgetSlot Slot(Budget budget, RefundFacts facts) => BudgetSlot.Of(budget, facts)!;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
