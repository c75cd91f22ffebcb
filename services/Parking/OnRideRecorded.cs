using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>Keeps a copy of when vehicles were ridden: a vehicle that was ridden stands anew. Who rode is not
/// kept.</summary>
public static class OnRideRecorded
{
    public static async Task Handle(RideRecorded evt, Tx tx)
    {
        var ride = EventNames.IdOf(tx, evt.Ride, Names.Rides);
        var vehicle = EventNames.IdOf(tx, evt.Vehicle, Names.Vehicles);
        if (evt.Revision < 1 || evt.StartTime is null)
        {
            throw EventNames.Invalid("The event tells of a ride without a start or a revision.");
        }

        await tx.Execute(
            """
            INSERT INTO rides (client_id, id, vehicle_id, start_time, end_time, unlocked, revision)
            VALUES (@ClientId, @ride, @vehicle, @StartTime, @EndTime, @Unlocked, @Revision)
            ON CONFLICT (client_id, id) DO UPDATE SET
                vehicle_id = excluded.vehicle_id, start_time = excluded.start_time, end_time = excluded.end_time,
                unlocked = excluded.unlocked, revision = excluded.revision
            WHERE rides.revision < excluded.revision
            """,
            new
            {
                tx.ClientId,
                ride,
                vehicle,
                StartTime = evt.StartTime.ToDateTimeOffset(),
                EndTime = evt.EndTime?.ToDateTimeOffset(),
                Unlocked = evt.UnlockOutcome == UnlockOutcome.Unlocked,
                evt.Revision,
            }
        );
    }
}
