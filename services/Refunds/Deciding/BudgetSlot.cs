using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Where a budget counts one request: under Key, in the bucket that begins at Bucket. The use of the budget is the sum of
/// its buckets that begin in [From, Until); Until is null for "and all later ones".
/// </summary>
public sealed record BudgetSlot(
    string Budget,
    string Key,
    DateTimeOffset Bucket,
    DateTimeOffset From,
    DateTimeOffset? Until
)
{
    private const int BucketsPerWindow = 24;

    /// <summary>
    /// The slot of a request, or null when what the budget counts apart is not known. A rolling window is summed from all
    /// of its buckets, the partly overlapping oldest one in full, and never cut off at now: an admission that was overtaken
    /// by a later one still counts it. So no window of that length ever exceeds the limit, at the price of refusing at
    /// most one bucket (1/24 of the window) early.
    /// </summary>
    public static BudgetSlot? Of(Budget budget, RefundFacts facts)
    {
        var key = KeyOf(budget.Dimension, facts);
        if (key is null)
        {
            return null;
        }
        var zone = ClientTime.Zone(facts.Zone);
        if (budget.Window == BudgetWindow.RollingHours)
        {
            var length = TimeSpan.FromHours(budget.WindowHours).Ticks / BucketsPerWindow;
            var bucket = Floor(facts.Now.UtcTicks, length);
            var from = Floor(facts.Now.UtcTicks - (length * BucketsPerWindow), length);
            return new(budget.Id, key, At(bucket), At(from), null);
        }
        var (start, end) = budget.Window switch
        {
            BudgetWindow.CalendarDay => ClientTime.Day(facts.Now, zone),
            BudgetWindow.CalendarWeek => ClientTime.Week(facts.Now, zone),
            BudgetWindow.CalendarMonth => ClientTime.Month(facts.Now, zone),
            BudgetWindow.Lifetime => (DateTimeOffset.UnixEpoch, (DateTimeOffset?)null),
            _ => throw new InvalidOperationException($"budget {budget.Id} has the unknown window {budget.Window}"),
        };
        return new(budget.Id, key, start, start, end);
    }

    private static string? KeyOf(BudgetDimension dimension, RefundFacts facts) =>
        dimension switch
        {
            BudgetDimension.Agent => facts.Requester.Person,
            BudgetDimension.Delegation => "",
            BudgetDimension.Reason => facts.Request.Reason,
            BudgetDimension.Customer => facts.Payment.Customer,
            BudgetDimension.Payment => facts.Payment.Id,
            BudgetDimension.Vehicle => facts.Ride?.Vehicle,
            _ => null,
        };

    private static long Floor(long ticks, long length) => ticks - (ticks % length);

    private static DateTimeOffset At(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
