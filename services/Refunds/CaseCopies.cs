using System.Collections.Immutable;
using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>This service's copy of what Desk's cases are about; each keeps the highest revision that it saw.</summary>
public static class CaseCopies
{
    public static Task Take(Tx tx, CaseSnapshot about) =>
        tx.Execute(
            """
            INSERT INTO case_copy AS c (client_id, case_id, ride_id, vehicle_id, revision)
            VALUES (@ClientId, @Id, @Ride, @Vehicle, @Revision)
            ON CONFLICT (client_id, case_id) DO UPDATE SET ride_id = excluded.ride_id,
                vehicle_id = excluded.vehicle_id, revision = excluded.revision
                WHERE excluded.revision > c.revision
            """,
            new
            {
                tx.ClientId,
                Id = FactCopies.RequiredId(tx, about.Case, "cases"),
                Ride = FactCopies.Id(tx, about.Ride, "rides"),
                Vehicle = FactCopies.Id(tx, about.Vehicle, "vehicles"),
                about.Revision,
            }
        );

    /// <summary>What the case is about; null when nothing was heard of it.</summary>
    public static Task<CaseSubject?> Find(Tx tx, Guid caseId) =>
        tx.One<CaseSubject>(
            """
            SELECT case_id, ride_id, vehicle_id FROM case_copy WHERE client_id = @ClientId AND case_id = @caseId
            """,
            new { tx.ClientId, caseId }
        );

    /// <summary>The same of many in one round, by id.</summary>
    public static Func<IReadOnlyDictionary<Guid, CaseSubject>> Find(Round round, Tx tx, Guid[] cases)
    {
        if (cases.Length == 0)
        {
            return () => ImmutableDictionary<Guid, CaseSubject>.Empty;
        }
        var rows = round.List<CaseSubject>(
            """
            SELECT case_id, ride_id, vehicle_id FROM case_copy
            WHERE client_id = @ClientId AND case_id = ANY(@cases)
            """,
            new { tx.ClientId, cases }
        );
        return () => rows().ToDictionary(row => row.CaseId);
    }
}

/// <summary>What a case is about; null where it names none.</summary>
public sealed record CaseSubject
{
    public required Guid CaseId { get; init; }
    public required Guid? RideId { get; init; }
    public required Guid? VehicleId { get; init; }

    /// <summary>Beside what a request is about.</summary>
    public CaseFacts Beside(Guid? rideId, Guid? vehicleId) =>
        new((RideId is not null && RideId == rideId) || (VehicleId is not null && VehicleId == vehicleId));
}
