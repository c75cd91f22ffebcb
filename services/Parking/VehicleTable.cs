using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>A vehicle by its code.</summary>
public sealed record VehicleOfCode
{
    public Guid Id { get; init; }

    /// <summary>In the form in which codes are compared.</summary>
    public string PrintedCode { get; init; } = "";
}

/// <summary>Statements on the copy of vehicles.</summary>
internal static class VehicleTable
{
    /// <summary>Takes over what the event says unless a later revision is here already.</summary>
    public static Task<int> Replace(Tx tx, Guid id, VehicleChanged vehicle) =>
        tx.Execute(
            """
            INSERT INTO vehicles (client_id, id, printed_code, state, revision)
            VALUES (@ClientId, @id, @Code, @State, @Revision)
            ON CONFLICT (client_id, id) DO UPDATE SET
                printed_code = excluded.printed_code, state = excluded.state, revision = excluded.revision
            WHERE vehicles.revision < excluded.revision
            """,
            new
            {
                tx.ClientId,
                id,
                Code = PrintedCode.Canonical(vehicle.PrintedCode),
                vehicle.State,
                vehicle.Revision,
            }
        );

    /// <summary>The vehicles that bear the codes, in the order of the codes; unknown codes are left out.</summary>
    public static async Task<IReadOnlyList<VehicleOfCode>> OfCodes(Tx tx, IReadOnlyList<string> printedCodes)
    {
        var codes = printedCodes.Select(PrintedCode.Canonical).ToArray();
        return await tx.List<VehicleOfCode>(
            """
            SELECT DISTINCT ON (asked.place) v.id, v.printed_code
            FROM unnest(@codes::text[]) WITH ORDINALITY AS asked (code, place)
            JOIN vehicles v ON v.client_id = @ClientId AND v.printed_code = asked.code
            ORDER BY asked.place, v.id
            """,
            new { tx.ClientId, codes }
        );
    }
}
