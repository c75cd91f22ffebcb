using System.Text.Json;
using Mobility.Parking.V1;
using NetTopologySuite.Geometries;

namespace Mobility.Parking;

/// <summary>What a rule of a zone says: may vehicles of these types end a ride?</summary>
/// <param name="Types">Types that the feed names; empty for all.</param>
/// <param name="Parking">Unspecified where the answer hangs on more than the place.</param>
public sealed record ZoneRule(IReadOnlyList<string> Types, ZoneParking Parking)
{
    public static string ToJson(IEnumerable<ZoneRule> rules) => JsonSerializer.Serialize(rules);

    public static IReadOnlyList<ZoneRule> FromJson(string json) =>
        JsonSerializer.Deserialize<IReadOnlyList<ZoneRule>>(json) ?? [];
}

/// <summary>A zone as the index needs it.</summary>
public sealed record IndexedZone(
    Guid Id,
    IReadOnlyList<ZoneRule> Rules,
    DateTimeOffset? StartTime,
    DateTimeOffset? EndTime,
    MultiPolygon Boundary
)
{
    public bool IsInForce(DateTimeOffset time) => time >= (StartTime ?? time) && (EndTime is null || time < EndTime);
}

/// <summary>What the zones say of a point; no zone where only a rule for all places, or none, decided.</summary>
public readonly record struct ZoneDecision(Guid? ZoneId, ZoneParking Parking);

/// <summary>The zones of a client in memory: answers in microseconds what PostgreSQL would in a round trip.</summary>
public sealed class ZoneIndex
{
    private readonly AreaIndex<IndexedZone> areas;
    private readonly IReadOnlyList<ZoneRule> globalRules;
    private readonly string[] types;

    /// <summary>Builds the index.</summary>
    /// <param name="zones">In the order in which they win.</param>
    /// <param name="globalRules">What holds where no zone decides.</param>
    public ZoneIndex(IReadOnlyList<IndexedZone> zones, IReadOnlyList<ZoneRule> globalRules)
    {
        areas = new AreaIndex<IndexedZone>([.. zones.Select(z => (z, z.Boundary))]);
        this.globalRules = globalRules;
        var rules = zones.SelectMany(z => z.Rules).Concat(globalRules).ToList();
        // A rule for all types is also one for types that no rule names.
        types =
        [
            .. rules
                .SelectMany(r => r.Types.Count == 0 ? [""] : r.Types)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Number of zones.</summary>
    public int Count => areas.Count;

    /// <summary>The zones that cover the point, in the order in which they win.</summary>
    public IReadOnlyList<IndexedZone> At(double latitude, double longitude) => areas.At(latitude, longitude);

    /// <summary>
    /// What holds for ending a ride at the point: per type of vehicle the earliest zone and in it the earliest rule
    /// wins, then the rules for all places. Without a type, what holds for every type alike, else unspecified.
    /// </summary>
    public ZoneDecision DecisionAt(double latitude, double longitude, DateTimeOffset time, string? type = null)
    {
        var open = type is null ? types.ToHashSet(StringComparer.Ordinal) : new(StringComparer.Ordinal) { type };
        var said = new List<ZoneDecision>();
        foreach (var zone in At(latitude, longitude).Where(z => z.IsInForce(time)))
        {
            Settle(zone.Rules, zone.Id, open, said);
        }
        Settle(globalRules, null, open, said);
        if (said.Count == 0)
        {
            return default;
        }
        var isOneWord = open.Count == 0 && said.TrueForAll(s => s.Parking == said[0].Parking);
        return said[0] with { Parking = isOneWord ? said[0].Parking : ZoneParking.Unspecified };
    }

    /// <summary>What a zone says by itself, whatever lies over it: unspecified unless it is the same for all types
    /// that it names.</summary>
    public static ZoneParking ParkingOf(IReadOnlyList<ZoneRule> rules)
    {
        var open = rules.SelectMany(r => r.Types.Count == 0 ? [""] : r.Types).ToHashSet(StringComparer.Ordinal);
        var said = new List<ZoneDecision>();
        Settle(rules, null, open, said);
        return said.Select(s => s.Parking).Distinct().ToList() is [var one] ? one : ZoneParking.Unspecified;
    }

    private static void Settle(IReadOnlyList<ZoneRule> rules, Guid? zone, HashSet<string> open, List<ZoneDecision> said)
    {
        foreach (var rule in rules.Where(_ => open.Count > 0))
        {
            var before = open.Count;
            open.RemoveWhere(t => rule.Types.Count == 0 || rule.Types.Contains(t, StringComparer.Ordinal));
            if (open.Count < before)
            {
                said.Add(new ZoneDecision(zone, rule.Parking));
            }
        }
    }
}
