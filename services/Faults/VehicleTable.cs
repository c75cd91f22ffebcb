using Mobility.Platform.Data;

namespace Mobility.Faults;

/// <summary>Statements on vehicles.</summary>
internal static class VehicleTable
{
    /// <summary>False when a vehicle of the client has the printed code already.</summary>
    public static async Task<bool> TryInsert(Tx tx, Vehicle vehicle) =>
        await tx.Execute(
            """
            INSERT INTO vehicles
                (client_id, id, printed_code, product, external_id, state, ground_time, create_time, update_time,
                 revision)
            VALUES
                (@ClientId, @Id, @PrintedCode, @Product, @ExternalId, @State, @GroundTime, @CreateTime, @UpdateTime,
                 @Revision)
            ON CONFLICT (client_id, printed_code) DO NOTHING
            """,
            vehicle
        ) == 1;

    public static Task<Vehicle?> Find(Tx tx, Guid id) =>
        tx.One<Vehicle>(
            """
            SELECT client_id, id, printed_code, product, external_id, state, ground_time, create_time, update_time,
                revision
            FROM vehicles WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    /// <summary>The vehicle with the code, locked until the transaction ends, so that reports on it come one by
    /// one.</summary>
    public static Task<Vehicle?> FindByCodeForUpdate(Tx tx, string canonicalCode) =>
        tx.One<Vehicle>(
            """
            SELECT client_id, id, printed_code, product, external_id, state, ground_time, create_time, update_time,
                revision
            FROM vehicles WHERE client_id = @ClientId AND printed_code = @canonicalCode FOR NO KEY UPDATE
            """,
            new { tx.ClientId, canonicalCode }
        );

    /// <summary>
    /// Makes the vehicle what its faults say: grounded exactly while an open fault grounds it. Called after the fault
    /// was
    /// written, it locks the vehicle first, so the last of several decisions at once sees all the others.
    /// </summary>
    public static async Task FollowFaults(Tx tx, Guid id)
    {
        var vehicle =
            await tx.One<Vehicle>(
                """
                SELECT client_id, id, printed_code, product, external_id, state, ground_time, create_time, update_time,
                    revision
                FROM vehicles WHERE client_id = @ClientId AND id = @id FOR NO KEY UPDATE
                """,
                new { tx.ClientId, id }
            ) ?? throw new InvalidOperationException("A fault names a vehicle that is gone.");
        var mustStay = await tx.Scalar<bool>(
            """
            SELECT EXISTS (
                SELECT 1 FROM faults
                WHERE client_id = @ClientId AND vehicle_id = @id AND state IN (1, 2) AND grounding = 3)
            """,
            new { tx.ClientId, id }
        );
        var followed = mustStay ? vehicle.Ground(tx.Now) : vehicle.Free(tx.Now);
        if (followed.Revision == vehicle.Revision)
        {
            return;
        }

        await tx.Execute(
            """
            UPDATE vehicles SET state = @State, ground_time = @GroundTime, update_time = @UpdateTime,
                revision = @Revision
            WHERE client_id = @ClientId AND id = @Id
            """,
            followed
        );
        tx.Publish(Events.Changed(followed), followed.Name);
    }
}
