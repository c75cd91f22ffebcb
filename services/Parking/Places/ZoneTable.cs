using System.Globalization;
using System.Text;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using NetTopologySuite.IO;

namespace Mobility.Parking;

/// <summary>A zone as it is listed.</summary>
internal sealed record ListedZone
{
    public Guid Id { get; init; }
    public string Source { get; init; } = "";
    public int FeatureIndex { get; init; }
    public string Title { get; init; } = "";
    public ZoneParking Parking { get; init; }
    public byte[] Boundary { get; init; } = [];
}

/// <summary>Statements on zones.</summary>
internal static class ZoneTable
{
    private const int Srid = 4326;

    /// <summary>The zones of the source are those of the file from now on. A zone that did not change keeps its
    /// name, which complaints may hold.</summary>
    public static async Task Replace(Tx tx, string source, string sha256, ZoneFile file)
    {
        // The row of the source is locked first, so that of two imports at once one follows the other.
        await tx.Execute(
            """
            INSERT INTO zone_sources
                (client_id, source, version, sha256, feature_count, zone_count, global_rules, import_time)
            VALUES
                (@ClientId, @source, @Version, @sha256, @FeatureCount, @ZoneCount, @GlobalRules::jsonb, @Now)
            ON CONFLICT (client_id, source) DO UPDATE SET
                version = excluded.version, sha256 = excluded.sha256, feature_count = excluded.feature_count,
                zone_count = excluded.zone_count, global_rules = excluded.global_rules,
                import_time = excluded.import_time
            """,
            new
            {
                tx.ClientId,
                source,
                Version = Guid.CreateVersion7(tx.Now),
                sha256,
                file.FeatureCount,
                ZoneCount = file.Zones.Count,
                GlobalRules = ZoneRule.ToJson(file.GlobalRules),
                tx.Now,
            }
        );
        var known = await Known(tx, source);
        await tx.Execute(
            """DELETE FROM zones WHERE client_id = @ClientId AND source = @source""",
            new { tx.ClientId, source }
        );
        await Insert(tx, source, file.Zones, known);
    }

    /// <summary>How many sources the client has.</summary>
    public static Task<int> SourceCount(Tx tx) =>
        tx.Scalar<int>(
            """SELECT count(*)::integer FROM zone_sources WHERE client_id = @ClientId""",
            new { tx.ClientId }
        );

    /// <summary>Zones after a key, in the order in which they win; only those that touch the box, if there is
    /// one.</summary>
    public static Task<IReadOnlyList<ListedZone>> List(Tx tx, Box? box, (string Source, int Index)? after, int limit) =>
        tx.List<ListedZone>(
            """
            SELECT id, source, feature_index, title, parking, ST_AsBinary(boundary, 'NDR') AS boundary
            FROM zones
            WHERE client_id = @ClientId
                AND (@AfterSource::text IS NULL OR (source, feature_index) > (@AfterSource::text, @AfterIndex))
                AND (@West::double precision IS NULL OR ST_Intersects(boundary, ST_Envelope(ST_SetSRID(ST_MakeLine(
                    ST_MakePoint(@West::double precision, @South::double precision),
                    ST_MakePoint(@East::double precision, @North::double precision)), 4326))))
            ORDER BY source, feature_index LIMIT @limit
            """,
            new
            {
                tx.ClientId,
                AfterSource = after?.Source,
                AfterIndex = after?.Index ?? 0,
                West = box?.SouthWest.Longitude,
                South = box?.SouthWest.Latitude,
                East = box?.NorthEast.Longitude,
                North = box?.NorthEast.Latitude,
                limit,
            }
        );

    private static async Task<Dictionary<string, Queue<Guid>>> Known(Tx tx, string source)
    {
        var rows = await tx.List<KnownRow>(
            """
            SELECT id, title, rules::text AS rules, start_time, end_time, ST_AsBinary(boundary, 'NDR') AS boundary
            FROM zones WHERE client_id = @ClientId AND source = @source
            ORDER BY feature_index LIMIT @FeaturesMax
            """,
            new
            {
                tx.ClientId,
                source,
                ZoneFile.FeaturesMax,
            }
        );
        return rows.GroupBy(
                r => Fingerprint(r.Title, ZoneRule.FromJson(r.Rules), r.StartTime, r.EndTime, r.Boundary),
                StringComparer.Ordinal
            )
            .ToDictionary(g => g.Key, g => new Queue<Guid>(g.Select(r => r.Id)), StringComparer.Ordinal);
    }

    private static Task Insert(
        Tx tx,
        string source,
        IReadOnlyList<ReadZone> zones,
        Dictionary<string, Queue<Guid>> known
    )
    {
        var writer = new WKBWriter(ByteOrder.LittleEndian);
        var boundaries = zones.Select(z => writer.Write(z.Boundary)).ToArray();
        Guid Id(ReadZone zone, int at)
        {
            var fingerprint = Fingerprint(zone.Title, zone.Rules, zone.StartTime, zone.EndTime, boundaries[at]);
            return known.TryGetValue(fingerprint, out var ids) && ids.TryDequeue(out var id)
                ? id
                : Guid.CreateVersion7(tx.Now);
        }
        return tx.Execute(
            """
            INSERT INTO zones
                (client_id, source, id, feature_index, title, parking, rules, start_time, end_time, boundary)
            SELECT @ClientId, @source, z.id, z.feature_index, z.title, z.parking, z.rules::jsonb, z.start_time,
                z.end_time, ST_GeomFromWKB(z.boundary, @Srid)
            FROM unnest(@Ids::uuid[], @Indexes::integer[], @Titles::text[], @Parkings::integer[], @Rules::text[],
                    @Starts::timestamptz[], @Ends::timestamptz[], @Boundaries::bytea[])
                AS z (id, feature_index, title, parking, rules, start_time, end_time, boundary)
            """,
            new
            {
                tx.ClientId,
                source,
                Srid,
                Ids = zones.Select(Id).ToArray(),
                Indexes = zones.Select(z => z.FeatureIndex).ToArray(),
                Titles = zones.Select(z => z.Title).ToArray(),
                Parkings = zones.Select(z => (int)ZoneIndex.ParkingOf(z.Rules)).ToArray(),
                Rules = zones.Select(z => ZoneRule.ToJson(z.Rules)).ToArray(),
                Starts = zones.Select(z => z.StartTime?.ToUniversalTime()).ToArray(),
                Ends = zones.Select(z => z.EndTime?.ToUniversalTime()).ToArray(),
                Boundaries = boundaries,
            }
        );
    }

    private static string Fingerprint(
        string title,
        IReadOnlyList<ZoneRule> rules,
        DateTimeOffset? start,
        DateTimeOffset? end,
        byte[] boundary
    )
    {
        var times = string.Create(CultureInfo.InvariantCulture, $"{start?.UtcTicks}|{end?.UtcTicks}");
        byte[] all = [.. Encoding.UTF8.GetBytes($"{title}\n{ZoneRule.ToJson(rules)}\n{times}\n"), .. boundary];
        return CatalogueFile.Sha256(all);
    }

    private sealed class KnownRow
    {
        public Guid Id { get; init; }
        public string Title { get; init; } = "";
        public string Rules { get; init; } = "[]";
        public DateTimeOffset? StartTime { get; init; }
        public DateTimeOffset? EndTime { get; init; }
        public byte[] Boundary { get; init; } = [];
    }
}
