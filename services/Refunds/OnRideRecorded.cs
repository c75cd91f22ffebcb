using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>The operator's record of a ride arrived or was replaced:
/// with a report and a payment that may be a refund.</summary>
public static class OnRideRecorded
{
    public static async Task Handle(RideRecorded evt, Tx tx)
    {
        var rideId = FactCopies.RequiredId(tx, evt.Ride, "rides");
        await AutomaticRefund.Enter(tx, rideId);
        var isNews = await tx.Execute(
            """
            INSERT INTO ride_copy AS c (client_id, ride_id, vehicle_id, rider_id, product, start_time, end_time,
                distance_meters, unlocked, revision)
            VALUES (@ClientId, @rideId, @VehicleId, @RiderId, @Product, @StartTime, @EndTime,
                @DistanceMeters, @Unlocked, @Revision)
            ON CONFLICT (client_id, ride_id) DO UPDATE SET vehicle_id = excluded.vehicle_id,
                rider_id = excluded.rider_id, product = excluded.product, start_time = excluded.start_time,
                end_time = excluded.end_time, distance_meters = excluded.distance_meters, unlocked = excluded.unlocked,
                revision = excluded.revision
                WHERE excluded.revision > c.revision
            """,
            new
            {
                tx.ClientId,
                rideId,
                VehicleId = FactCopies.RequiredId(tx, evt.Vehicle, "vehicles"),
                RiderId = FactCopies.RequiredId(tx, evt.Rider, "riders"),
                evt.Product,
                StartTime = evt.StartTime.ToDateTimeOffset(),
                EndTime = evt.EndTime?.ToDateTimeOffset(),
                evt.DistanceMeters,
                // An outcome that nobody knows yet is no proof that the lock stayed shut.
                Unlocked = evt.UnlockOutcome != UnlockOutcome.Failed,
                evt.Revision,
            }
        );
        if (isNews > 0)
        {
            await LateEvidence.Came(tx, rideId);
        }
        await AutomaticRefund.Try(tx, rideId);
    }
}
