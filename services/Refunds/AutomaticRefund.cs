using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// The refund that nobody has to ask for: the operator's record says whether the ride ever ran. Called by whatever
/// brings one of ride, payment and fault; whichever arrives last triggers the one try of the ride.
/// </summary>
public static class AutomaticRefund
{
    /// <summary>The first look finds out what to lock, and what is locked changes no more.</summary>
    private const int LooksMax = 2;

    /// <summary>
    /// To be called before the first statement that brings a fact of the ride: two facts that commit at the same time
    /// would not see each other, and none would trigger.
    /// </summary>
    public static Task Enter(Tx tx, Guid rideId) =>
        tx.Execute(
            """SELECT pg_advisory_xact_lock(7217, hashtext(@ClientId || ' ' || @Ride))""",
            new { tx.ClientId, Ride = rideId.ToString() }
        );

    /// <summary>Asks for all that is left of the payment once all three facts are here; the decision is stored, a
    /// denial too.</summary>
    public static async Task Try(Tx tx, Guid rideId)
    {
        for (var look = 1; look <= LooksMax; look++)
        {
            if (await Asked(tx, rideId) is not { } asked || await Admit(tx, asked))
            {
                return;
            }
        }
        throw new InvalidOperationException("What is locked changed all the same.");
    }

    /// <summary>What the one try asks for; null when it was made, when a fact is missing or nothing is left.</summary>
    private static async Task<RefundAsked?> Asked(Tx tx, Guid rideId)
    {
        if (await WasTried(tx, rideId) || await PaymentTable.OfRide(tx, rideId) is not { Refundable: > 0 } payment)
        {
            return null;
        }
        // A ride that still runs at 0 m may yet move: its next record decides.
        var ride = await FactCopies.Ride(tx, rideId);
        if (ride is null or { Closed: false, DistanceMeters: 0 })
        {
            return null;
        }
        if (await Claim(tx, rideId, payment.CustomerId) is not { } claim)
        {
            return null;
        }
        return new RefundAsked
        {
            PaymentId = payment.PaymentId,
            FaultId = claim.FaultId,
            Action = RefundAction.CardRefund,
            Reason = ReasonCatalogue.Current.AutomaticFor(claim.Category)!.Code,
            Amount = payment.Refundable,
            Note = "",
        };
    }

    /// <summary>Decides on locked rows; false, and nothing written, when other than was seen is left of the payment
    /// there: the one try is not spent on an amount that somebody changed meanwhile.</summary>
    private static async Task<bool> Admit(Tx tx, RefundAsked asked)
    {
        Func<IReadOnlyList<PaymentRow>> locked = () => [];
        var outcome = (
            await Admission.Admit(
                tx,
                [new AdmissionAsk(asked, Caller: null)],
                round => locked = PaymentTable.Many(round, tx, [asked.PaymentId!.Value]),
                () => _ => locked()[0].Refundable == asked.Amount
            )
        )[0];
        return outcome.Refusal is { } refusal ? throw refusal : outcome.Row is not null;
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
