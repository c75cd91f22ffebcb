using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What an approver would sign of refunds that wait: evidence and policy may be others than when it was asked
/// for, and who agrees has to see which.</summary>
public static class PresentRequest
{
    /// <summary>The rows, those that wait with what would be signed now; of one that was changed past this service
    /// nothing would.</summary>
    public static async Task<IReadOnlyList<RefundRow>> Of(Tx tx, IReadOnlyList<RefundRow> rows)
    {
        var waiting = rows.Where(row => row.Refund.State == RefundState.AwaitingApproval)
            .Where(SignedRequest.Matches)
            .ToList();
        if (waiting.Count == 0)
        {
            return rows;
        }
        var asked = waiting.ConvertAll(RefundAsked.Of);
        var round = tx.NewRound();
        var rides = ManyFacts.Rides(round, tx, [], [.. waiting.Select(row => row.RideId).OfType<Guid>().Distinct()]);
        var vehicles = ManyFacts.Vehicles(round, tx, [.. asked.Select(one => one.VehicleId).OfType<Guid>().Distinct()]);
        var faults = ManyFacts.Faults(round, tx, asked);
        var policies = Policies(round, tx, [.. waiting.Select(row => row.Refund.DelegationId!.Value).Distinct()]);
        await round.Run();
        var (rideOf, vehicleOf, policyOf) = (rides(), vehicles(), policies().ToDictionary(one => one.DelegationId));
        var now = waiting
            .Index()
            .ToDictionary(
                one => one.Item.Refund.RefundId,
                one =>
                    SignedRequest
                        .Read(one.Item.SignedRequest)
                        .On(
                            one.Item.RideId is { } ride ? rideOf.GetValueOrDefault(ride) : null,
                            asked[one.Index].VehicleId is { } vehicle ? vehicleOf.GetValueOrDefault(vehicle) : null,
                            faults()[one.Index],
                            policyOf[one.Item.Refund.DelegationId!.Value].PolicyHash
                        )
            );
        return [.. rows.Select(row => row with { Present = now.GetValueOrDefault(row.Refund.RefundId) })];
    }

    // Of the delegation that would decide, as DelegationTable.OfVendor names it.
    private static Func<IReadOnlyList<PolicyNow>> Policies(Round round, Tx tx, Guid[] delegations) =>
        round.List<PolicyNow>(
            """
            SELECT h.delegation_id, coalesce(d.policy_hash, h.policy_hash) AS policy_hash
            FROM delegation h
            LEFT JOIN LATERAL (
                SELECT x.policy_hash FROM delegation x
                WHERE x.client_id = @ClientId AND x.vendor = h.vendor AND x.vendor <> ''
                ORDER BY (x.state = 'Active' AND x.start_time <= @Now AND x.expire_time > @Now) DESC,
                    x.create_time DESC, x.delegation_id
                LIMIT 1) AS d ON true
            WHERE h.client_id = @ClientId AND h.delegation_id = ANY(@delegations)
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                delegations,
            }
        );

    private sealed record PolicyNow
    {
        public required Guid DelegationId { get; init; }
        public required string PolicyHash { get; init; }
    }
}
