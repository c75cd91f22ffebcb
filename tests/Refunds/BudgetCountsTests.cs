using Mobility.Refunds;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>What budgets have counted, while requests are decided one after the other.</summary>
public sealed class BudgetCountsTests
{
    private static readonly DateTimeOffset From = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = From.AddDays(1);

    [Fact]
    public void A_slot_has_what_begins_in_its_stretch_under_its_key_and_is_not_over_then()
    {
        var counts = new BudgetCounts([
            Row("day", "a", From.AddTicks(-1), 1, 1),
            Row("day", "a", From, 20, 2),
            Row("day", "a", Until.AddTicks(-1), 300, 3),
            Row("day", "a", Until, 4_000, 4),
            Row("day", "b", From, 50_000, 5),
            Row("week", "a", From, 600_000, 6),
        ]);

        Assert.Equal(new BudgetUse(320, 5), counts.Uses([Slot("day", "a")])["day"]);
        Assert.Equal(new BudgetUse(4_320, 9), counts.Uses([Slot("day", "a") with { Until = null }])["day"]);
        Assert.Equal(new BudgetUse(0, 0), counts.Uses([Slot("month", "a")])["month"]);
    }

    [Fact]
    public void What_is_held_counts_at_once_once_in_each_slot_and_on_top_of_what_was_read()
    {
        var counts = new BudgetCounts([Row("day", "a", From, 20, 2)]);

        counts.Hold([Slot("day", "a"), Slot("week", "b")], 7);
        counts.Hold([Slot("week", "b")], 5);

        var uses = counts.Uses([Slot("day", "a"), Slot("week", "b")]);
        Assert.Equal((new BudgetUse(27, 3), new BudgetUse(12, 2)), (uses["day"], uses["week"]));
    }

    private static BudgetSlot Slot(string budget, string key) => new(budget, key, From, From, Until);

    private static BudgetCount Row(string budget, string key, DateTimeOffset bucket, long amount, long count) =>
        new()
        {
            Budget = budget,
            Key = key,
            Bucket = bucket,
            Amount = amount,
            Count = count,
        };
}
