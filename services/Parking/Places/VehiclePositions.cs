using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>Where a vehicle stands by the last report of its feed.</summary>
public sealed record VehiclePosition
{
    /// <summary>Code of the feed in canonical form: the printed one where the vehicle is known.</summary>
    public string Code { get; init; } = "";

    /// <summary>Null where only the feed knows it.</summary>
    public Guid? VehicleId { get; init; }
    public double Latitude { get; init; }
    public double Longitude { get; init; }
    public DateTimeOffset ReportTime { get; init; }

    /// <summary>When it was last seen 30 m or more from where it had rested; null when it never moved since it was
    /// first seen.</summary>
    public DateTimeOffset? LastMoveTime { get; init; }
}

/// <summary>Statements on where vehicles stand.</summary>
public static class VehiclePositions
{
    /// <summary>A vehicle this far from where it rested has moved; less is the error of its receiver.</summary>
    public const double MoveMeters = 30;

    /// <summary>A feed may be this old by its own rules: what it shows at a time happened up to so much
    /// earlier.</summary>
    public static readonly TimeSpan FeedLag = TimeSpan.FromMinutes(5);

    /// <summary>A vehicle of which its feed has said nothing for so long was ridden off under another id.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromHours(24);

    private const int DropMax = 20_000;

    /// <summary>Where the vehicle stands; null when no feed has told.</summary>
    public static Task<VehiclePosition?> Find(Tx tx, Guid vehicleId) =>
        tx.One<VehiclePosition>(
            """
            SELECT p.code, v.id AS vehicle_id, ST_Y(p.point::geometry) AS latitude,
                ST_X(p.point::geometry) AS longitude, p.report_time, p.last_move_time
            FROM vehicles v JOIN vehicle_positions p ON p.client_id = v.client_id AND p.code = v.printed_code
            WHERE v.client_id = @ClientId AND v.id = @vehicleId
            """,
            new { tx.ClientId, vehicleId }
        );

    /// <summary>
    /// Did the vehicle move 30 m or more after that time? Only if the feed still had it at the old place then (or up to
    /// five minutes earlier): a vehicle that was ridden there, and is first reported a little later, has not moved
    /// since. False when no feed has told of it.
    /// </summary>
    public static Task<bool> MovedSince(Tx tx, Guid vehicleId, DateTimeOffset since) =>
        tx.Scalar<bool>(
            """
            SELECT EXISTS (
                SELECT 1
                FROM vehicles v JOIN vehicle_positions p ON p.client_id = v.client_id AND p.code = v.printed_code
                WHERE v.client_id = @ClientId AND v.id = @vehicleId
                    AND p.last_move_time > @since AND p.leave_time >= @Earliest)
            """,
            new
            {
                tx.ClientId,
                vehicleId,
                since,
                Earliest = since - FeedLag,
            }
        );

    /// <summary>How many of the codes are printed on vehicles of the client.</summary>
    public static Task<int> KnownCount(Tx tx, string[] codes) =>
        tx.Scalar<int>(
            """
            SELECT count(DISTINCT n.code)::integer
            FROM unnest(@codes::text[]) AS n (code)
            JOIN vehicles v ON v.client_id = @ClientId AND v.printed_code = n.code
            """,
            new { tx.ClientId, codes }
        );

    /// <summary>How many of the reports are older than what is known.</summary>
    public static Task<int> StaleCount(Tx tx, IReadOnlyList<ReadPosition> positions) =>
        tx.Scalar<int>(
            """
            SELECT count(*)::integer
            FROM unnest(@Codes::text[], @Times::timestamptz[]) AS n (code, report_time)
            JOIN vehicle_positions p ON p.client_id = @ClientId AND p.code = n.code
            WHERE p.report_time > n.report_time
            """,
            new
            {
                tx.ClientId,
                Codes = positions.Select(p => p.Code).ToArray(),
                Times = positions.Select(p => p.ReportTime).ToArray(),
            }
        );

    /// <summary>Takes the reports that are not older than what is known.</summary>
    /// <param name="tx">The client's transaction.</param>
    /// <param name="positions">In the order of their codes, so that two imports at once lock rows in one order.</param>
    public static Task Put(Tx tx, IReadOnlyList<ReadPosition> positions) =>
        tx.Execute(
            """
            INSERT INTO vehicle_positions AS p (client_id, code, point, rest_point, report_time, import_time)
            SELECT @ClientId, n.code, n.point, n.point, n.report_time, @Now
            FROM (
                SELECT code, report_time, place,
                    ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography AS point
                FROM unnest(@Codes::text[], @Latitudes::double precision[], @Longitudes::double precision[],
                        @Times::timestamptz[])
                    WITH ORDINALITY AS r (code, latitude, longitude, report_time, place)) n
            ORDER BY n.place
            ON CONFLICT (client_id, code) DO UPDATE SET
                point = excluded.point,
                rest_point = CASE WHEN ST_Distance(p.rest_point, excluded.point) >= @MoveMeters
                    THEN excluded.point ELSE p.rest_point END,
                leave_time = CASE WHEN ST_Distance(p.rest_point, excluded.point) >= @MoveMeters
                    THEN p.report_time ELSE p.leave_time END,
                last_move_time = CASE WHEN ST_Distance(p.rest_point, excluded.point) >= @MoveMeters
                    THEN excluded.report_time ELSE p.last_move_time END,
                report_time = excluded.report_time,
                import_time = excluded.import_time
            WHERE excluded.report_time >= p.report_time
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                MoveMeters,
                Codes = positions.Select(p => p.Code).ToArray(),
                Latitudes = positions.Select(p => p.Latitude).ToArray(),
                Longitudes = positions.Select(p => p.Longitude).ToArray(),
                Times = positions.Select(p => p.ReportTime).ToArray(),
            }
        );

    /// <summary>Drops what only the feed knew and does not report any more: its ids change with every ride.</summary>
    public static Task DropForgotten(Tx tx) =>
        tx.Execute(
            """
            DELETE FROM vehicle_positions WHERE client_id = @ClientId AND code IN (
                SELECT p.code FROM vehicle_positions p
                WHERE p.client_id = @ClientId AND p.import_time < @Before
                    AND NOT EXISTS (
                        SELECT 1 FROM vehicles v WHERE v.client_id = p.client_id AND v.printed_code = p.code)
                ORDER BY p.import_time LIMIT @DropMax)
            """,
            new
            {
                tx.ClientId,
                Before = tx.Now - ForgottenAfter,
                DropMax,
            }
        );
}
