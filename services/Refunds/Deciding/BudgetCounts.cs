namespace Mobility.Refunds;

/// <summary>What one bucket of a budget has counted under one key, held and settled together; the amount in minor
/// units.</summary>
public sealed record BudgetCount
{
    public required string Budget { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset Bucket { get; init; }
    public required long Amount { get; init; }
    public required long Count { get; init; }
}

/// <summary>What budgets have counted, while requests are decided one after the other: each that is admitted is counted
/// before the next.</summary>
public sealed class BudgetCounts
{
    private readonly Dictionary<(string Budget, string Key), Dictionary<DateTimeOffset, BudgetUse>> counts = [];

    public BudgetCounts(IEnumerable<BudgetCount> read)
    {
        foreach (var row in read)
        {
            Add(row.Budget, row.Key, row.Bucket, row.Amount, row.Count);
        }
    }

    /// <summary>The use of each slot by budget id: the sum of its buckets that begin in [From, Until).</summary>
    public Dictionary<string, BudgetUse> Uses(IEnumerable<BudgetSlot> slots) =>
        slots.ToDictionary(slot => slot.Budget, UseOf, StringComparer.Ordinal);

    /// <summary>Counts one refund of an amount in each slot.</summary>
    public void Hold(IEnumerable<BudgetSlot> slots, long amount)
    {
        foreach (var slot in slots)
        {
            Add(slot.Budget, slot.Key, slot.Bucket, amount, 1);
        }
    }

    private BudgetUse UseOf(BudgetSlot slot)
    {
        var (amount, count) = (0L, 0L);
        foreach (var (bucket, use) in counts.GetValueOrDefault((slot.Budget, slot.Key)) ?? [])
        {
            if (bucket >= slot.From && (slot.Until is not { } until || bucket < until))
            {
                amount += use.Amount;
                count += use.Count;
            }
        }
        return new BudgetUse(amount, count);
    }

    private void Add(string budget, string key, DateTimeOffset bucket, long amount, long count)
    {
        if (!counts.TryGetValue((budget, key), out var buckets))
        {
            counts[(budget, key)] = buckets = [];
        }
        var before = buckets.GetValueOrDefault(bucket) ?? new BudgetUse(0, 0);
        buckets[bucket] = new BudgetUse(before.Amount + amount, before.Count + count);
    }
}
