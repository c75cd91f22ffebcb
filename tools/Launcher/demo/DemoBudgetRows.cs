namespace Mobility.Launcher;

/// <summary>A budget as the delegation's own row grants it; amounts in minor units.</summary>
public sealed record BudgetBook
{
    internal const string Statement = """
        SELECT d.delegation_id, b.id AS budget, b.dimension, b.stretch, coalesce(b.actors, '{}') AS actors,
            b.limit_amount, b.limit_count
        FROM delegation d CROSS JOIN LATERAL (
            SELECT j.id, j.dimension, j."window" AS stretch, j.actors, j.limit_amount, j.limit_count
            FROM jsonb_to_recordset(d.policy -> 'budgets') AS j (
                id text, dimension text, "window" text, actors text[], limit_amount bigint, limit_count bigint)) b
        ORDER BY d.create_time, d.delegation_id, b.id
        """;

    public Guid DelegationId { get; init; }
    public string Budget { get; init; } = "";

    /// <summary>What it counts apart: `Agent`, `Customer`, `Delegation` or another.</summary>
    public string Dimension { get; init; } = "";

    /// <summary>What it begins anew with: `CalendarDay`, `CalendarWeek`, `CalendarMonth` or another.</summary>
    public string Stretch { get; init; } = "";

    /// <summary>Whose refunds it counts; empty = everybody's.</summary>
    public string[] Actors { get; init; } = [];
    public long? LimitAmount { get; init; }
    public long? LimitCount { get; init; }

    /// <summary>Does it count such a refund? A vehicle that is locked belongs to no customer.</summary>
    public bool Counts(RefundBook refund) =>
        (Actors.Length == 0 || Actors.Contains(refund.Actor, StringComparer.Ordinal))
        && (Dimension != "Customer" || refund.CustomerId is not null);

    /// <summary>Where it counts a refund, by who asked and when.</summary>
    public (string Budget, string Key, DateTime Bucket) PeriodOf(RefundBook refund)
    {
        var key = Dimension switch
        {
            "Agent" => refund.RequestedBy,
            "Customer" => $"{refund.CustomerId}",
            "Delegation" => "",
            _ => throw new InvalidOperationException($"the weekend grants no budget by {Dimension}"),
        };
        var day = DemoIds.DayOf(refund.CreateTime);
        var first = Stretch switch
        {
            "CalendarDay" => day,
            "CalendarWeek" => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            "CalendarMonth" => new DateOnly(day.Year, day.Month, 1),
            _ => throw new InvalidOperationException($"the weekend grants no budget by {Stretch}"),
        };
        return (Budget, key, DemoIds.BeginOf(first));
    }
}

/// <summary>What the service counted in a period of a budget that was granted; amounts in minor units.</summary>
public sealed record CounterBook
{
    internal const string Statement = """
        SELECT delegation_id, budget, key, bucket, amount, count FROM budget_counter
        WHERE budget NOT LIKE 'client:%' ORDER BY delegation_id, budget, key, bucket
        """;

    public Guid DelegationId { get; init; }
    public string Budget { get; init; } = "";
    public string Key { get; init; } = "";
    public DateTime Bucket { get; init; }
    public long Amount { get; init; }
    public long Count { get; init; }
}

/// <summary>A period of a budget that a refund draws on, as the refund's row says.</summary>
public sealed record DrawBook
{
    internal const string Statement = """
        SELECT r.refund_id, r.delegation_id, d.budget, d.key, d.bucket
        FROM refund r
        CROSS JOIN LATERAL jsonb_to_recordset(r.debits::jsonb) AS d (budget text, key text, bucket timestamptz)
        WHERE d.budget NOT LIKE 'client:%'
        """;

    public Guid RefundId { get; init; }
    public Guid DelegationId { get; init; }
    public string Budget { get; init; } = "";
    public string Key { get; init; } = "";
    public DateTime Bucket { get; init; }
}

/// <summary>One budget in one of its periods: what was granted, what the service counted, and the refunds that draw on
/// it.</summary>
/// <param name="Counter">All zero when the service counted nothing.</param>
/// <param name="Granted">Null when the delegation grants no such budget.</param>
/// <param name="Refunds">Those that are settled or held.</param>
public sealed record BudgetPeriod(CounterBook Counter, BudgetBook? Granted, IReadOnlyList<RefundBook> Refunds)
{
    /// <summary>What the refunds come to.</summary>
    public long Settled => Refunds.Where(one => one.IsSettled).Sum(one => one.Amount);
    public long Held => Refunds.Where(one => one.IsHolding).Sum(one => one.Amount);

    /// <summary>What is left as the service reckons it, from its counter; null where nothing is limited.</summary>
    public long? AmountLeft => Granted?.LimitAmount - Counter.Amount;
    public long? CountLeft => Granted?.LimitCount - Counter.Count;

    /// <summary>Every period that was counted or is drawn on.</summary>
    public static IReadOnlyList<BudgetPeriod> Of(DemoBooks books)
    {
        var granted = books.Budgets.ToDictionary(one => (one.DelegationId, one.Budget));
        var counters = books.Counters.ToDictionary(one => (one.DelegationId, one.Budget, one.Key, one.Bucket));
        var refunds = books.Refunds.Where(one => one.IsSettled || one.IsHolding).ToDictionary(one => one.RefundId);
        var draws = books
            .Draws.Where(one => refunds.ContainsKey(one.RefundId))
            .ToLookup(one => (one.DelegationId, one.Budget, one.Key, one.Bucket), one => refunds[one.RefundId]);
        return
        [
            .. from place in counters.Keys.Union(draws.Select(one => one.Key)).Order()
            let counter = counters.GetValueOrDefault(place)
                ?? new CounterBook
                {
                    DelegationId = place.DelegationId,
                    Budget = place.Budget,
                    Key = place.Key,
                    Bucket = place.Bucket,
                }
            let budget = granted.GetValueOrDefault((place.DelegationId, place.Budget))
            select new BudgetPeriod(counter, budget, [.. draws[place]]),
        ];
    }
}
