using Mobility.Platform.Data;

namespace Mobility.Faults;

/// <summary>Statements on rides.</summary>
internal static class RideTable
{
    /// <summary>
    /// Writes the record, or puts it in the place of the earlier one with the same external id: one statement, so two
    /// records at once count two revisions. Returns the ride as it is then, under its first name.
    /// </summary>
    public static async Task<Ride> Replace(Tx tx, Ride record) =>
        await tx.One<Ride>(
            """
            INSERT INTO rides
                (client_id, id, external_id, vehicle_id, rider_id, start_time, end_time, distance_meters,
                 unlock_outcome, create_time, revision)
            VALUES
                (@ClientId, @Id, @ExternalId, @VehicleId, @RiderId, @StartTime, @EndTime, @DistanceMeters,
                 @UnlockOutcome, @CreateTime, 1)
            ON CONFLICT (client_id, external_id) DO UPDATE SET
                vehicle_id = excluded.vehicle_id, rider_id = excluded.rider_id, start_time = excluded.start_time,
                end_time = excluded.end_time, distance_meters = excluded.distance_meters,
                unlock_outcome = excluded.unlock_outcome, revision = rides.revision + 1
            RETURNING client_id, id, external_id, vehicle_id, rider_id, start_time, end_time, distance_meters,
                unlock_outcome, create_time, revision
            """,
            record
        ) ?? throw new InvalidOperationException("A ride was written and did not come back.");

    public static Task<Ride?> Find(Tx tx, Guid id) =>
        tx.One<Ride>(
            """
            SELECT client_id, id, external_id, vehicle_id, rider_id, start_time, end_time, distance_meters,
                unlock_outcome, create_time, revision
            FROM rides WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    /// <summary>The rider's latest rides on the vehicle whose lock opened, at most one: the rule asks for no
    /// more.</summary>
    public static Task<IReadOnlyList<Ride>> Latest(Tx tx, Guid rider, Guid vehicle) =>
        tx.List<Ride>(
            """
            SELECT client_id, id, external_id, vehicle_id, rider_id, start_time, end_time, distance_meters,
                unlock_outcome, create_time, revision
            FROM rides
            WHERE client_id = @ClientId AND rider_id = @rider AND vehicle_id = @vehicle AND unlock_outcome = 1
            ORDER BY coalesce(end_time, start_time) DESC
            LIMIT 1
            """,
            new
            {
                tx.ClientId,
                rider,
                vehicle,
            }
        );

    /// <summary>Latest start first, after the ride that the page before ended with.</summary>
    public static Task<IReadOnlyList<Ride>> Page(Tx tx, RideFilter filter) =>
        tx.List<Ride>(
            """
            SELECT client_id, id, external_id, vehicle_id, rider_id, start_time, end_time, distance_meters,
                unlock_outcome, create_time, revision
            FROM rides
            WHERE client_id = @ClientId
                AND (@Rider::uuid IS NULL OR rider_id = @Rider)
                AND (@Owner::uuid IS NULL OR rider_id = @Owner)
                AND (@Vehicle::uuid IS NULL OR vehicle_id = @Vehicle)
                AND (@PrintedCode::text IS NULL OR vehicle_id = (
                    SELECT id FROM vehicles WHERE client_id = @ClientId AND printed_code = @PrintedCode))
                AND (@AfterTime::timestamptz IS NULL OR (start_time, id) < (@AfterTime, @AfterId::uuid))
            ORDER BY start_time DESC, id DESC
            LIMIT @Limit
            """,
            new
            {
                tx.ClientId,
                filter.Rider,
                filter.Owner,
                filter.Vehicle,
                filter.PrintedCode,
                filter.AfterTime,
                filter.AfterId,
                filter.Limit,
            }
        );
}

/// <summary>Which rides to list; null means any. Owner is the rider who calls, Rider the one who is asked
/// for.</summary>
internal sealed record RideFilter(
    Guid? Rider,
    Guid? Owner,
    Guid? Vehicle,
    string? PrintedCode,
    DateTimeOffset? AfterTime,
    Guid? AfterId,
    int Limit
);
