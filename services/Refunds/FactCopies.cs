using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>This service's copies of what Faults owns; each keeps the highest revision that it saw.</summary>
public static class FactCopies
{
    /// <summary>The id of a name in an event; null when empty.</summary>
    /// <exception cref="Refusal">The name is malformed or of another client than the event:
    /// it will never be right.</exception>
    public static Guid? Id(Tx tx, string name, string collection)
    {
        if (name.Length == 0)
        {
            return null;
        }
        return
            ResourceName.TryParse(name, collection, out var parsed)
            && string.Equals(parsed.ClientId, tx.ClientId, StringComparison.Ordinal)
            ? parsed.Id
            : throw new Refusal(
                StatusCode.InvalidArgument,
                Errors.EventOfAnotherClient,
                $"A name in the event is not one of clients/{tx.ClientId}/{collection}."
            );
    }

    /// <summary>As <see cref="Id"/>, for a name that has to be there.</summary>
    public static Guid RequiredId(Tx tx, string name, string collection) =>
        Id(tx, name, collection)
        ?? throw new Refusal(
            StatusCode.InvalidArgument,
            Errors.EventIncomplete,
            $"The event names none of {collection}."
        );

    public static async Task<RideRecord?> Ride(Tx tx, Guid rideId)
    {
        var row = await tx.One<RideRow>(
            """
            SELECT ride_id, vehicle_id, rider_id, product, start_time, end_time, distance_meters, unlocked
            FROM ride_copy WHERE client_id = @ClientId AND ride_id = @rideId
            """,
            new { tx.ClientId, rideId }
        );
        return row?.ToRecord();
    }

    /// <summary>The vehicle; null until its record has arrived.</summary>
    public static async Task<VehicleFacts?> Vehicle(Tx tx, Guid vehicleId)
    {
        var product = await tx.One<string?>(
            """SELECT product FROM vehicle_copy WHERE client_id = @ClientId AND vehicle_id = @vehicleId""",
            new { tx.ClientId, vehicleId }
        );
        return product is null ? null : new VehicleFacts(vehicleId.ToString(), product);
    }

    /// <summary>What reports that name the ride, or the vehicle when there is no ride, come to; of one fault only, when
    /// the request names it.</summary>
    public static async Task<FaultFacts> Faults(Tx tx, Guid? rideId, Guid? vehicleId, Guid? faultId)
    {
        var facts = await tx.One<FaultFacts>(
            """
            SELECT count(*) > 0 AS reported, coalesce(bool_or(confirmed), false) AS confirmed FROM fault_copy
            WHERE client_id = @ClientId AND state <> 'Rejected'
                AND (ride_id = @rideId OR (@rideId::uuid IS NULL AND vehicle_id = @vehicleId))
                AND (@faultId::uuid IS NULL OR fault_id = @faultId)
            """,
            new
            {
                tx.ClientId,
                rideId,
                vehicleId,
                faultId,
            }
        );
        return facts!;
    }

    /// <summary>Takes over a fault unless a later revision is here; the ride may be refunded at once.</summary>
    public static async Task Take(Tx tx, FaultSnapshot fault)
    {
        var ride = Id(tx, fault.Ride, "rides");
        if (ride is { } entered)
        {
            await AutomaticRefund.Enter(tx, entered);
        }
        var isNews = await tx.Execute(
            """
            INSERT INTO fault_copy AS c
                (client_id, fault_id, vehicle_id, ride_id, reporter_id, category, state, confirmed, revision)
            VALUES (@ClientId, @Id, @Vehicle, @ride, @Reporter, @Category, @State, @Confirmed, @Revision)
            ON CONFLICT (client_id, fault_id) DO UPDATE SET
                confirmed = c.confirmed OR excluded.confirmed,
                state = CASE WHEN excluded.revision > c.revision THEN excluded.state ELSE c.state END,
                revision = greatest(c.revision, excluded.revision)
                WHERE excluded.revision > c.revision OR (excluded.confirmed AND NOT c.confirmed)
            """,
            new
            {
                tx.ClientId,
                Id = RequiredId(tx, fault.Fault, "faults"),
                Vehicle = Id(tx, fault.Vehicle, "vehicles"),
                ride,
                Reporter = Id(tx, fault.Reporter, "riders"),
                fault.Category,
                State = fault.State.ToString(),
                Confirmed = fault.State == FaultState.Confirmed,
                fault.Revision,
            }
        );
        if (ride is { } rideId)
        {
            if (isNews > 0)
            {
                await LateEvidence.Came(tx, rideId);
            }
            await AutomaticRefund.Try(tx, rideId);
        }
    }
}

/// <summary>The operator's record of a ride as it is stored.</summary>
public sealed record RideRow
{
    public required Guid RideId { get; init; }
    public required Guid VehicleId { get; init; }
    public required Guid RiderId { get; init; }
    public required string Product { get; init; }
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset? EndTime { get; init; }
    public required long DistanceMeters { get; init; }
    public required bool Unlocked { get; init; }

    public RideRecord ToRecord() =>
        new(
            VehicleId.ToString(),
            Product,
            StartTime,
            DistanceMeters,
            Unlocked,
            Closed: EndTime is not null || !Unlocked,
            RiderId.ToString()
        );
}
