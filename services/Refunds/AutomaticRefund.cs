using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// The refund that nobody has to ask for: the operator's record says whether the ride ever ran. Called by whatever
/// brings one of ride, payment and fault; whichever arrives last triggers the one try of the ride.
/// </summary>
public static class AutomaticRefund
{
    /// <summary>
    /// To be called before the first statement that brings a fact of the ride: two facts that commit at the same time
    /// would not see each other, and none would trigger.
    /// </summary>
    public static Task Enter(Tx tx, Guid rideId) =>
        tx.Execute(
            """SELECT pg_advisory_xact_lock(7217, hashtext(@ClientId || ' ' || @Ride))""",
            new { tx.ClientId, Ride = rideId.ToString() }
        );

    /// <summary>Asks for the whole payment once all three facts are here; the decision is stored,
    /// a denial too.</summary>
    public static async Task Try(Tx tx, Guid rideId)
    {
        if (await WasTried(tx, rideId) || await PaymentTable.OfRide(tx, rideId) is not { Refundable: > 0 } payment)
        {
            return;
        }
        // A ride that still runs at 0 m may yet move: its next record decides.
        var ride = await FactCopies.Ride(tx, rideId);
        if (ride is null or { Closed: false, DistanceMeters: 0 })
        {
            return;
        }
        if (await Claim(tx, rideId, payment.CustomerId) is not { } claim)
        {
            return;
        }
        var request = new RefundAsked
        {
            PaymentId = payment.PaymentId,
            FaultId = claim.FaultId,
            Action = RefundAction.CardRefund,
            Reason = ReasonCatalogue.Current.AutomaticFor(claim.Category)!.Code,
            Amount = payment.Refundable,
            Note = "",
        };
        await Admission.Admit(tx, request, caller: null);
    }

    private static async Task<bool> WasTried(Tx tx, Guid rideId) =>
        await tx.Scalar<bool>(
            """
            SELECT EXISTS (
                SELECT 1 FROM refund WHERE client_id = @ClientId AND ride_id = @rideId AND actor = 'System')
            """,
            new { tx.ClientId, rideId }
        );

    // Only the payer's own report counts, and only one that names the ride and that nobody has rejected.
    private static Task<ClaimRow?> Claim(Tx tx, Guid rideId, Guid payerId) =>
        tx.One<ClaimRow>(
            """
            SELECT fault_id, category FROM fault_copy
            WHERE client_id = @ClientId AND ride_id = @rideId AND reporter_id = @payerId AND state <> 'Rejected'
                AND category = ANY(@Categories)
            ORDER BY fault_id LIMIT 1
            """,
            new
            {
                tx.ClientId,
                rideId,
                payerId,
                Categories = ReasonCatalogue.Current.AutomaticCategories.ToArray(),
            }
        );

    private sealed record ClaimRow
    {
        public required Guid FaultId { get; init; }
        public required string Category { get; init; }
    }
}
