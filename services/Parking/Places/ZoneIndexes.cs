using System.Collections.Concurrent;
using Mobility.Platform.Data;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace Mobility.Parking;

/// <summary>
/// The zone indexes of this process. Each import gives its source a new version, and an index is kept under the
/// versions that it was built from: one small statement tells whether it is still right, also when another process
/// imported.
/// </summary>
public static class ZoneIndexes
{
    /// <summary>More zones than a country's cities have; the import refuses what would pass it.</summary>
    public const int ZonesMax = 50_000;

    /// <summary>Indexes kept: a few clients, and the last version beside the present one.</summary>
    private const int KeptMax = 32;

    private static readonly ConcurrentDictionary<string, ZoneIndex> Kept = new(StringComparer.Ordinal);
    private static readonly ConcurrentQueue<string> Oldest = new();

    /// <summary>The index of the zones that the transaction sees.</summary>
    public static async Task<ZoneIndex> Of(Tx tx)
    {
        var versions = await tx.Scalar<string>(
            """
            SELECT coalesce(string_agg(version::text, ' ' ORDER BY source), '')
            FROM zone_sources WHERE client_id = @ClientId
            """,
            new { tx.ClientId }
        );
        if (!Kept.TryGetValue(versions, out var index))
        {
            index = await Load(tx, versions);
        }
        return index;
    }

    private static async Task<ZoneIndex> Load(Tx tx, string versions)
    {
        // One statement sees one state: sources and zones of one moment, whatever is imported meanwhile.
        var rows = await tx.List<ZoneRow>(
            """
            SELECT s.source, s.version, s.global_rules::text AS global_rules, z.id, z.rules::text AS rules,
                z.start_time, z.end_time, ST_AsBinary(z.boundary, 'NDR') AS boundary
            FROM zone_sources s LEFT JOIN zones z ON z.client_id = s.client_id AND z.source = s.source
            WHERE s.client_id = @ClientId
            ORDER BY s.source, z.feature_index LIMIT @Limit
            """,
            new { tx.ClientId, Limit = ZonesMax + 1 }
        );
        var sources = rows.DistinctBy(r => r.Source, StringComparer.Ordinal).ToList();
        var index = new ZoneIndex(
            [.. rows.Where(r => r.Boundary is not null).Select(r => r.Zone())],
            [.. sources.SelectMany(s => ZoneRule.FromJson(s.GlobalRules))]
        );
        var seen = string.Join(' ', sources.Select(s => s.Version));
        if (string.Equals(seen, versions, StringComparison.Ordinal) && Kept.TryAdd(versions, index))
        {
            Oldest.Enqueue(versions);
            while (Kept.Count > KeptMax && Oldest.TryDequeue(out var oldest))
            {
                Kept.TryRemove(oldest, out _);
            }
        }
        return index;
    }

    private sealed class ZoneRow
    {
        public string Source { get; init; } = "";
        public Guid Version { get; init; }
        public string GlobalRules { get; init; } = "[]";
        public Guid? Id { get; init; }
        public string? Rules { get; init; }
        public DateTimeOffset? StartTime { get; init; }
        public DateTimeOffset? EndTime { get; init; }
        public byte[]? Boundary { get; init; }

        public IndexedZone Zone() =>
            new(Id!.Value, ZoneRule.FromJson(Rules!), StartTime, EndTime, (MultiPolygon)new WKBReader().Read(Boundary));
    }
}
