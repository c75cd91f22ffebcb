using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>For whom a part of a case waits.</summary>
public enum WaitsFor
{
    /// <summary>For nobody: it is closed.</summary>
    Nobody = 0,

    /// <summary>For the service that owns the thing; its event closes the part.</summary>
    ItsService = 1,

    /// <summary>For a person of the desk, who closes it with the case.</summary>
    APerson = 2,
}

/// <summary>A fault, complaint, refund or contact that belongs to a case; to one at a time.</summary>
public sealed record CasePart
{
    public string ClientId { get; init; } = "";
    public CaseKind Kind { get; init; }
    public Guid ThingId { get; init; }
    public Guid CaseId { get; init; }
    public WaitsFor WaitsFor { get; init; }
    public CaseChannel Channel { get; init; }
    public Guid? RiderId { get; init; }
    public Guid? RideId { get; init; }
    public Guid? VehicleId { get; init; }
    public DateTimeOffset JoinTime { get; init; }

    public bool IsOpen => WaitsFor != WaitsFor.Nobody;
    public string Name => Names.Of(ClientId, CollectionOf(Kind), ThingId);

    public static string CollectionOf(CaseKind kind) =>
        kind switch
        {
            CaseKind.Contact => Names.Contacts,
            CaseKind.Fault => Names.Faults,
            CaseKind.Complaint => Names.Complaints,
            CaseKind.Refund => Names.Refunds,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no kind of a part."),
        };

    /// <summary>The kind of the things of a collection; null when they are no parts of cases.</summary>
    public static CaseKind? KindOf(string collection) =>
        collection switch
        {
            Names.Contacts => CaseKind.Contact,
            Names.Faults => CaseKind.Fault,
            Names.Complaints => CaseKind.Complaint,
            Names.Refunds => CaseKind.Refund,
            _ => null,
        };
}

/// <summary>Statements on parts of cases.</summary>
public static class PartTable
{
    /// <summary>More parts than any matter has.</summary>
    private const int PartsMax = 10_000;

    public static Task<CasePart?> Find(Tx tx, CaseKind kind, Guid thingId) =>
        tx.One<CasePart>(
            """
            SELECT * FROM case_parts WHERE client_id = @ClientId AND kind = @kind AND thing_id = @thingId
            """,
            new
            {
                tx.ClientId,
                kind,
                thingId,
            }
        );

    public static Task<IReadOnlyList<CasePart>> OfCase(Tx tx, Guid caseId) =>
        tx.List<CasePart>(
            """
            SELECT * FROM case_parts WHERE client_id = @ClientId AND case_id = @caseId
            ORDER BY join_time, thing_id LIMIT @PartsMax
            """,
            new
            {
                tx.ClientId,
                caseId,
                PartsMax,
            }
        );

    public static Task<IReadOnlyList<CasePart>> OfCases(Tx tx, Guid[] caseIds) =>
        tx.List<CasePart>(
            """
            SELECT * FROM case_parts WHERE client_id = @ClientId AND case_id = ANY(@caseIds)
            ORDER BY join_time, thing_id LIMIT @PartsMax
            """,
            new
            {
                tx.ClientId,
                caseIds,
                PartsMax,
            }
        );

    /// <summary>Adds the part, or makes it what it is now; when it joined stays, unless it moves to another
    /// case.</summary>
    public static Task<int> Put(Tx tx, CasePart part) =>
        tx.Execute(
            """
            INSERT INTO case_parts AS p
                (client_id, kind, thing_id, case_id, waits_for, channel, rider_id, ride_id, vehicle_id, join_time)
            VALUES
                (@ClientId, @Kind, @ThingId, @CaseId, @WaitsFor, @Channel, @RiderId, @RideId, @VehicleId, @JoinTime)
            ON CONFLICT (client_id, kind, thing_id) DO UPDATE SET
                join_time = CASE WHEN p.case_id = excluded.case_id THEN p.join_time ELSE excluded.join_time END,
                case_id = excluded.case_id, waits_for = excluded.waits_for, channel = excluded.channel,
                rider_id = excluded.rider_id, ride_id = excluded.ride_id, vehicle_id = excluded.vehicle_id
            """,
            part
        );

    /// <summary>Closes what waits for a person in the case; the refunds among them stay closed at their present
    /// revision.</summary>
    public static async Task CloseByPerson(Tx tx, Guid caseId)
    {
        await tx.Execute(
            """
            UPDATE refund_copies r SET closed_revision = r.revision
            FROM case_parts p
            WHERE r.client_id = @ClientId AND p.client_id = @ClientId AND p.case_id = @caseId
                AND p.kind = 4 AND p.waits_for = 2 AND p.thing_id = r.id
            """,
            new { tx.ClientId, caseId }
        );
        await tx.Execute(
            """
            UPDATE case_parts SET waits_for = 0
            WHERE client_id = @ClientId AND case_id = @caseId AND waits_for = 2
            """,
            new { tx.ClientId, caseId }
        );
    }
}
