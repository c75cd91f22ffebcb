using System.Collections.Immutable;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>
/// The facts of many requests in one round; of one, <see cref="FactCopies"/> asks the same. Each row is looked up by
/// its key, whatever PostgreSQL last learned of a table's size: a plan that reads a table through takes its time.
/// </summary>
public static class ManyFacts
{
    /// <summary>The rides of the payments, and those that are asked about, by id.</summary>
    public static Func<IReadOnlyDictionary<Guid, RideRecord>> Rides(Round round, Tx tx, Guid[] payments, Guid[] rides)
    {
        var rows = round.List<RideRow>(
            """
            SELECT r.ride_id, r.vehicle_id, r.rider_id, r.product, r.start_time, r.end_time, r.distance_meters,
                r.unlocked
            FROM (
                SELECT p.ride_id FROM payment p WHERE p.client_id = @ClientId AND p.payment_id = ANY(@payments)
                UNION SELECT ride_id FROM unnest(@rides::uuid[]) AS n (ride_id)) AS wanted
            CROSS JOIN LATERAL (
                SELECT * FROM ride_copy x WHERE x.client_id = @ClientId AND x.ride_id = wanted.ride_id LIMIT 1) AS r
            """,
            new
            {
                tx.ClientId,
                payments,
                rides,
            }
        );
        return () => rows().ToDictionary(row => row.RideId, row => row.ToRecord());
    }

    /// <summary>The vehicles whose record has arrived, by id.</summary>
    public static Func<IReadOnlyDictionary<Guid, VehicleFacts>> Vehicles(Round round, Tx tx, Guid[] vehicles)
    {
        if (vehicles.Length == 0)
        {
            return () => ImmutableDictionary<Guid, VehicleFacts>.Empty;
        }
        var rows = round.List<VehicleRow>(
            """
            SELECT vehicle_id, product FROM vehicle_copy
            WHERE client_id = @ClientId AND vehicle_id = ANY(@vehicles)
            """,
            new { tx.ClientId, vehicles }
        );
        return () =>
            rows().ToDictionary(row => row.VehicleId, row => new VehicleFacts(row.VehicleId.ToString(), row.Product));
    }

    /// <summary>What reports come to, for each request in their order.</summary>
    public static Func<IReadOnlyList<FaultFacts>> Faults(Round round, Tx tx, IReadOnlyCollection<RefundAsked> asked) =>
        round.List<FaultFacts>(
            """
            SELECT count(f.fault_id) > 0 AS reported, coalesce(bool_or(f.confirmed), false) AS confirmed
            FROM unnest(@Payments::uuid[], @Rides::uuid[], @Vehicles::uuid[], @Faults::uuid[])
                WITH ORDINALITY AS a (payment_id, ride_id, vehicle_id, fault_id, n)
            LEFT JOIN LATERAL (
                SELECT x.ride_id FROM payment x WHERE x.client_id = @ClientId AND x.payment_id = a.payment_id LIMIT 1
            ) AS p ON true
            LEFT JOIN LATERAL (
                SELECT c.fault_id, c.confirmed FROM fault_copy c
                WHERE c.client_id = @ClientId AND c.state <> 'Rejected'
                    AND c.ride_id = coalesce(p.ride_id, a.ride_id)
                UNION ALL
                SELECT c.fault_id, c.confirmed FROM fault_copy c
                WHERE c.client_id = @ClientId AND c.state <> 'Rejected'
                    AND coalesce(p.ride_id, a.ride_id) IS NULL AND c.vehicle_id = a.vehicle_id
            ) AS f ON a.fault_id IS NULL OR f.fault_id = a.fault_id
            GROUP BY a.n ORDER BY a.n
            """,
            new
            {
                tx.ClientId,
                Payments = asked.Select(one => one.PaymentId).ToArray(),
                Rides = asked.Select(one => one.RideId).ToArray(),
                Vehicles = asked.Select(one => one.VehicleId).ToArray(),
                Faults = asked.Select(one => one.FaultId).ToArray(),
            }
        );

    private sealed record VehicleRow
    {
        public required Guid VehicleId { get; init; }
        public required string Product { get; init; }
    }
}
