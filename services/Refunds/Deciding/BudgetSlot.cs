using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Where a budget counts one request: under Key, in the bucket that begins at Bucket. The use of the budget is the sum
/// of its buckets that begin in [From, Until); Until is null for "and all later ones".
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

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Slots as they are stored.</summary>
    public static string ToJson(ImmutableArray<BudgetSlot> slots) => JsonSerializer.Serialize(slots, Json);

    public static ImmutableArray<BudgetSlot> FromJson(string json) =>
        JsonSerializer.Deserialize<ImmutableArray<BudgetSlot>>(json, Json);

    /// <summary>The slot of a request: where it is held already, else that of its time; null when what the budget
    /// counts apart is not known.</summary>
    public static BudgetSlot? Of(Budget budget, RefundFacts facts) =>
        facts.HeldIn.FirstOrDefault(slot => string.Equals(slot.Budget, budget.Id, StringComparison.Ordinal)) is { } held
            ? held
        : KeyOf(budget.Dimension, facts) is { } key ? At(budget, key, facts.Now, facts.Zone)
        : null;

    /// <summary>
    /// The slot under a key at an instant. A rolling window is summed from all of its buckets, the partly overlapping
    /// oldest one in full, and never cut off at now: an admission that was overtaken by a later one still counts it. So
    /// no window of that length ever exceeds the limit, at the price of refusing at most one bucket (1/24 of the
    /// window) early. The client's own counts have buckets of an hour: each delegation looks back over its own window.
    /// </summary>
    public static BudgetSlot At(Budget budget, string key, DateTimeOffset now, string zoneName)
    {
        var zone = ClientTime.Zone(zoneName);
        if (budget.Window == BudgetWindow.RollingHours)
        {
            var window = TimeSpan.FromHours(budget.WindowHours).Ticks;
            var bucket = Floor(now.UtcTicks, budget.IsClientWide ? TimeSpan.TicksPerHour : window / BucketsPerWindow);
            return new(budget.Id, key, Utc(bucket), Utc(bucket - window), null);
        }
        var (start, end) = budget.Window switch
        {
            BudgetWindow.CalendarDay => ClientTime.Day(now, zone),
            BudgetWindow.CalendarWeek => ClientTime.Week(now, zone),
            BudgetWindow.CalendarMonth => ClientTime.Month(now, zone),
            BudgetWindow.Lifetime => (DateTimeOffset.UnixEpoch, (DateTimeOffset?)null),
            _ => throw new InvalidOperationException($"budget {budget.Id} has the unknown window {budget.Window}"),
        };
        return new(budget.Id, key, start, start, end);
    }

    /// <summary>Is it counted for the client as a whole and not under one delegation?</summary>
    [JsonIgnore]
    public bool IsClientWide => Splitting.IsClientWide(Budget);

    /// <summary>Is it the one bucket of a budget that never begins anew?</summary>
    [JsonIgnore]
    public bool IsLifetime => From == DateTimeOffset.UnixEpoch && Until is null;

    /// <summary>End of the stretch that is counted now, exclusive:
    /// of a rolling window that of its newest bucket.</summary>
    [JsonIgnore]
    public DateTimeOffset End => Until ?? (Bucket + ((Bucket - From) / BucketsPerWindow));

    private static string? KeyOf(BudgetDimension dimension, RefundFacts facts) =>
        dimension switch
        {
            BudgetDimension.Agent => facts.Requester.Person,
            BudgetDimension.Delegation => "",
            BudgetDimension.Reason => facts.Request.Reason,
            BudgetDimension.Customer => facts.Payment?.Customer ?? facts.Ride?.Rider,
            BudgetDimension.Payment => facts.Payment?.Id,
            BudgetDimension.Vehicle => facts.Ride?.Vehicle ?? facts.Vehicle?.Id,
            BudgetDimension.Case => facts.CaseRecord is { IsOfThis: true } ? facts.Case : null,
            _ => null,
        };

    private static long Floor(long ticks, long length) => ticks - (ticks % length);

    private static DateTimeOffset Utc(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
