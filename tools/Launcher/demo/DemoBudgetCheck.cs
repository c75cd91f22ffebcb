namespace Mobility.Launcher;

/// <summary>
/// The budgets, period by period: the limit in the delegation's row less what the service's counter leaves is what the
/// refunds' rows come to, settled and held; what is settled is what the gateway and the back office did.
/// </summary>
internal static class DemoBudgetCheck
{
    public static IEnumerable<string> Findings(Weekend weekend, DemoBooks books)
    {
        var grants = books.Delegations.Select(one => one.DelegationId).ToHashSet();
        return
        [
            .. Granted(weekend.Limits, books, grants),
            .. BudgetPeriod.Of(books).SelectMany(period => Counted(period).Concat(Paid(period, books))),
            .. Drawn(books, grants),
        ];
    }

    /// <summary>The client granted what the file says.</summary>
    private static IEnumerable<string> Granted(WeekendLimits limits, DemoBooks books, HashSet<Guid> grants)
    {
        var file = new Dictionary<string, (long? Won, long? Count)>(StringComparer.Ordinal)
        {
            ["agent-day"] = (limits.AgentDayWon, null),
            ["customer-week"] = (null, limits.CustomerWeekCount),
            ["automatic-customer-week"] = (null, limits.AutomaticWeekCount),
            ["delegation-month"] = (limits.MonthWon, null),
        };
        foreach (var grant in grants)
        {
            var rows = books
                .Budgets.Where(one => one.DelegationId == grant)
                .ToDictionary(one => one.Budget, one => (one.LimitAmount, one.LimitCount), StringComparer.Ordinal);
            foreach (var budget in file.Keys.Union(rows.Keys, StringComparer.Ordinal))
            {
                var (row, said) = (rows.GetValueOrDefault(budget), file.GetValueOrDefault(budget));
                if (row != said)
                {
                    yield return $"budget {budget} of delegation {grant} is limited to {Limit(row)}, "
                        + $"the file says {Limit(said)}";
                }
            }
        }
    }

    private static string Limit((long? Won, long? Count) limit) =>
        limit switch
        {
            ({ } won, _) => $"{won:N0} won",
            (_, { } count) => $"{count} refunds",
            _ => "nothing",
        };

    private static IEnumerable<string> Counted(BudgetPeriod period)
    {
        var (counter, name) = (period.Counter, Name(period));
        if (period.Granted is null)
        {
            yield return $"{name} is counted and was never granted";
        }
        if (period.Granted?.LimitAmount - period.AmountLeft is { } used && used != period.Settled + period.Held)
        {
            yield return $"{name} has {period.AmountLeft:N0} of {period.Granted!.LimitAmount:N0} won left, its refunds "
                + $"come to {period.Settled:N0} settled and {period.Held:N0} held";
        }
        if (period.Granted?.LimitCount - period.CountLeft is { } times && times != period.Refunds.Count)
        {
            yield return $"{name} has {period.CountLeft} of {period.Granted!.LimitCount} refunds left, "
                + $"{period.Refunds.Count} draw on it";
        }
        if ((counter.Amount, counter.Count) != (period.Settled + period.Held, period.Refunds.Count))
        {
            yield return $"{name} counts {counter.Amount:N0} won in "
                + $"{counter.Count} refunds, its refunds come to {period.Settled + period.Held:N0} in "
                + $"{period.Refunds.Count}";
        }
        if (period.AmountLeft < 0 || period.CountLeft < 0)
        {
            yield return $"{name} is overdrawn: {period.AmountLeft ?? period.CountLeft:N0} is left";
        }
    }

    /// <summary>What is settled on a budget, by the ledgers of those who paid.</summary>
    private static IEnumerable<string> Paid(BudgetPeriod period, DemoBooks books)
    {
        foreach (var way in period.Refunds.Where(one => one.IsSettled).GroupBy(one => one.IsCancel))
        {
            var keys = way.Select(one => one.Key).ToHashSet(StringComparer.Ordinal);
            var settled = way.Sum(one => one.Amount);
            var paid = way.Key
                ? books.Gateway.Where(one => keys.Contains(one.IdempotencyKey ?? "")).Sum(one => one.CancelAmount)
                : books.BackOffice.Where(one => keys.Contains(one.IdempotencyKey)).Sum(one => one.Value ?? 0);
            if (paid != settled)
            {
                var who = way.Key ? "the gateway cancelled" : "the back office gave";
                yield return $"{Name(period)} has {settled:N0} won settled, {who} {paid:N0} for it";
            }
        }
    }

    /// <summary>Each refund of the weekend draws on every budget that counts it, in the period of its request: one that
    /// draws on none would be missed above on both sides.</summary>
    private static IEnumerable<string> Drawn(DemoBooks books, HashSet<Guid> grants)
    {
        var draws = books.Draws.ToLookup(one => one.RefundId, one => (one.Budget, one.Key, one.Bucket));
        var budgets = books.Budgets.ToLookup(one => one.DelegationId);
        foreach (var refund in books.Refunds.Where(one => one.IsAdmitted))
        {
            if (refund.DelegationId is { } grant && grants.Contains(grant))
            {
                var due = budgets[grant].Where(one => one.Counts(refund)).Select(one => one.PeriodOf(refund)).ToList();
                foreach (var (budget, key, bucket) in due.Except(draws[refund.RefundId]))
                {
                    yield return $"refund {refund.RefundId} does not draw on budget {budget} for `{key}` "
                        + $"from {Begin(bucket)} on";
                }
                foreach (var (budget, key, bucket) in draws[refund.RefundId].Except(due))
                {
                    yield return $"refund {refund.RefundId} draws on budget {budget} for `{key}` "
                        + $"from {Begin(bucket)} on, which does not count it";
                }
            }
        }
    }

    private static string Name(BudgetPeriod period) =>
        $"budget {period.Counter.Budget} of delegation {period.Counter.DelegationId} for `{period.Counter.Key}` "
        + $"from {Begin(period.Counter.Bucket)} on";

    private static string Begin(DateTime bucket) => DemoIds.Shown(new DateTimeOffset(bucket, TimeSpan.Zero));
}
