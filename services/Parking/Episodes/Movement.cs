using Mobility.Platform.Data;

namespace Mobility.Parking.Episodes;

/// <summary>Whether a vehicle still stands where it stood.</summary>
internal static class Movement
{
    /// <summary>Was the vehicle ridden since then, or has it moved 30 m or more?</summary>
    public static async Task<bool> Since(Tx tx, Guid vehicle, DateTimeOffset since) =>
        await RiddenSince(tx, vehicle, since) || await VehiclePositions.MovedSince(tx, vehicle, since);

    /// <summary>A ride that ended after it counts; of one that runs, or whose end never came, the start
    /// does.</summary>
    private static Task<bool> RiddenSince(Tx tx, Guid vehicle, DateTimeOffset since) =>
        tx.Scalar<bool>(
            """
            SELECT EXISTS (
                SELECT 1 FROM rides
                WHERE client_id = @ClientId AND vehicle_id = @vehicle AND unlocked
                    AND coalesce(end_time, start_time) > @since)
            """,
            new
            {
                tx.ClientId,
                vehicle,
                since,
            }
        );
}
