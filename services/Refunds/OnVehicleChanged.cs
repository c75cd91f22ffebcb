using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>Keeps the vehicle as it is after its highest revision.</summary>
public static class OnVehicleChanged
{
    public static Task Handle(VehicleChanged evt, Tx tx) =>
        tx.Execute(
            """
            INSERT INTO vehicle_copy AS c (client_id, vehicle_id, product, printed_code, state, revision)
            VALUES (@ClientId, @Id, @Product, @PrintedCode, @State, @Revision)
            ON CONFLICT (client_id, vehicle_id) DO UPDATE SET product = excluded.product,
                printed_code = excluded.printed_code, state = excluded.state, revision = excluded.revision
                WHERE excluded.revision > c.revision
            """,
            new
            {
                tx.ClientId,
                Id = FactCopies.RequiredId(tx, evt.Vehicle, "vehicles"),
                evt.Product,
                evt.PrintedCode,
                State = evt.State.ToString(),
                evt.Revision,
            }
        );
}
