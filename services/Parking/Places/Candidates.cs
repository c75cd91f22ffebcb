using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>A vehicle that stands near a point.</summary>
public sealed record Candidate
{
    /// <summary>Code of the feed; the printed one when <see cref="VehicleId"/> is set.</summary>
    public string Code { get; init; } = "";
    public Guid? VehicleId { get; init; }
    public double Latitude { get; init; }
    public double Longitude { get; init; }
    public double DistanceMeters { get; init; }
    public DateTimeOffset? LastMoveTime { get; init; }

    /// <summary>What people may be told of it: empty when only the feed knows the code.</summary>
    public string PrintedCode => VehicleId is null ? "" : Code;
}

/// <summary>Which vehicles may be meant by who points at a place.</summary>
public static class Candidates
{
    public const int CountMax = 10;

    /// <summary>A parked vehicle's own position is off by this much.</summary>
    private const double VehicleErrorMeters = 30;

    /// <summary>Beyond this a list of the nearest ten says nothing.</summary>
    private const double RadiusMetersMax = 500;

    /// <summary>Vehicles whose position and the point may be one, nearest first, at most 10.</summary>
    /// <param name="tx">The client's transaction.</param>
    /// <param name="latitude">The point.</param>
    /// <param name="longitude">The point.</param>
    /// <param name="accuracyMeters">Radius of the point's uncertainty.</param>
    /// <param name="seenTime">When the vehicles were seen there: what came to the place later is left out.</param>
    public static Task<IReadOnlyList<Candidate>> Near(
        Tx tx,
        double latitude,
        double longitude,
        double accuracyMeters,
        DateTimeOffset seenTime
    )
    {
        var radius = RadiusMeters(accuracyMeters);
        var cells = GeoCells.Around(latitude, longitude, radius);
        return tx.List<Candidate>(
            """
            SELECT n.code, v.id AS vehicle_id, n.latitude, n.longitude, n.distance_meters, n.last_move_time
            FROM (
                SELECT p.code, ST_Y(p.point::geometry) AS latitude, ST_X(p.point::geometry) AS longitude,
                    ST_Distance(p.point, a.point) AS distance_meters, p.last_move_time
                FROM vehicle_positions p,
                    (SELECT ST_SetSRID(ST_MakePoint(@longitude, @latitude), 4326)::geography AS point) a
                WHERE p.client_id = @ClientId
                    AND p.cell_y = ANY(@Rows) AND p.cell_x BETWEEN @West AND @East
                    AND (p.last_move_time IS NULL OR p.last_move_time <= @LastMoveMax)) n
                LEFT JOIN vehicles v ON v.client_id = @ClientId AND v.printed_code = n.code
            WHERE n.distance_meters <= @radius
            ORDER BY n.distance_meters, n.last_move_time NULLS FIRST, n.code LIMIT @CountMax
            """,
            new
            {
                tx.ClientId,
                latitude,
                longitude,
                cells.Rows,
                cells.West,
                cells.East,
                LastMoveMax = seenTime + VehiclePositions.FeedLag,
                radius,
                CountMax,
            }
        );
    }

    /// <summary>The vehicles with these codes, wherever they stand, nearest first; without those of which no feed has
    /// told.</summary>
    public static Task<IReadOnlyList<Candidate>> OfCodes(
        Tx tx,
        double latitude,
        double longitude,
        IReadOnlyList<string> printedCodes
    ) =>
        tx.List<Candidate>(
            """
            SELECT p.code, v.id AS vehicle_id, ST_Y(p.point::geometry) AS latitude,
                ST_X(p.point::geometry) AS longitude, p.last_move_time,
                ST_Distance(p.point, ST_SetSRID(ST_MakePoint(@longitude, @latitude), 4326)::geography)
                    AS distance_meters
            FROM vehicles v JOIN vehicle_positions p ON p.client_id = v.client_id AND p.code = v.printed_code
            WHERE v.client_id = @ClientId AND v.printed_code = ANY(@Codes)
            ORDER BY distance_meters, p.code LIMIT @CountMax
            """,
            new
            {
                tx.ClientId,
                latitude,
                longitude,
                Codes = printedCodes.Select(PrintedCode.Canonical).ToArray(),
                CountMax,
            }
        );

    /// <summary>How far from the point a vehicle's reported position may lie.</summary>
    public static double RadiusMeters(double accuracyMeters) =>
        Math.Min(accuracyMeters + VehicleErrorMeters, RadiusMetersMax);
}
