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

    /// <summary>A feed may be this old by its own rules: what it shows at a time happened up to so much earlier.</summary>
    public static readonly TimeSpan FeedLag = TimeSpan.FromMinutes(5);

    /// <summary>Where the vehicle stands; null when no feed has told.</summary>
    public static Task<VehiclePosition?> Find(Tx tx, Guid vehicleId) =>
        tx.One<VehiclePosition>(
            """
            SELECT p.code, v.id AS vehicle_id, ST_Y(p.point::geometry) AS latitude, ST_X(p.point::geometry) AS longitude,
                p.report_time, p.last_move_time
            FROM vehicles v JOIN vehicle_positions p ON p.client_id = v.client_id AND p.code = v.printed_code
            WHERE v.client_id = @ClientId AND v.id = @vehicleId
            """,
            new { tx.ClientId, vehicleId }
        );

    /// <summary>
    /// Did the vehicle move 30 m or more after that time? Only if the feed still had it at the old place then (or up to
    /// five minutes earlier): a vehicle that was ridden there, and is first reported a little later, has not moved since.
    /// False when no feed has told of it.
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
}
