using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A captured payment; amounts in minor units.</summary>
public sealed record PaymentRow
{
    public required Guid PaymentId { get; init; }
    public required Guid RideId { get; init; }
    public required Guid CustomerId { get; init; }
    public required long Amount { get; init; }
    public required long Settled { get; init; }

    /// <summary>What of that was paid back through the gateway.</summary>
    public required long Cancelled { get; init; }
    public required long Held { get; init; }

    /// <summary>What of the cancelled was paid back past us.</summary>
    public long External { get; init; }
    public required Instrument Instrument { get; init; }

    /// <summary>Keyed hash of the phone number of who paid; empty when it is not known.</summary>
    public required string PayerHash { get; init; }
    public required string GatewayPaymentKey { get; init; }
    public required DateTimeOffset ApproveTime { get; init; }
    public required DateTimeOffset CreateTime { get; init; }
    public required long Revision { get; init; }

    /// <summary>What is left; nothing when more was paid back past us than was left.</summary>
    public long Refundable => Math.Max(0, Amount - Settled - Held);

    /// <summary>What the gateway still has of it by our books.</summary>
    public long AtGateway => Amount - Cancelled;
}

public static class PaymentTable
{
    public static Task<PaymentRow?> Get(Tx tx, Guid paymentId) =>
        tx.One<PaymentRow>(
            """
            SELECT payment_id, ride_id, customer_id, amount, settled, cancelled, held, external, instrument,
                payer_hash, gateway_payment_key, approve_time, create_time, revision
            FROM payment WHERE client_id = @ClientId AND payment_id = @paymentId
            """,
            new { tx.ClientId, paymentId }
        );

    /// <summary>The payment of a refund, as it looks now; null for what has none.</summary>
    public static async Task<PaymentRow?> Of(Tx tx, Refund refund) =>
        refund.PaymentId is { } id ? await Get(tx, id) : null;

    /// <summary>The same in a round.</summary>
    public static Func<PaymentRow?> Of(Round round, Tx tx, Refund refund, bool locked)
    {
        Guid[] ids = refund.PaymentId is { } id ? [id] : [];
        var rows = locked ? ManyLocked(round, tx, ids) : Many(round, tx, ids);
        return () => rows().SingleOrDefault();
    }

    public static async Task<PaymentRow> Locked(Tx tx, Guid paymentId) =>
        (
            await tx.One<PaymentRow>(
                """
                SELECT payment_id, ride_id, customer_id, amount, settled, cancelled, held, external, instrument,
                    payer_hash, gateway_payment_key, approve_time, create_time, revision
                FROM payment WHERE client_id = @ClientId AND payment_id = @paymentId FOR NO KEY UPDATE
                """,
                new { tx.ClientId, paymentId }
            )
        )!;

    public static Task<PaymentRow?> OfGatewayKey(Tx tx, string key) =>
        tx.One<PaymentRow>(
            """
            SELECT payment_id, ride_id, customer_id, amount, settled, cancelled, held, external, instrument,
                payer_hash, gateway_payment_key, approve_time, create_time, revision
            FROM payment WHERE client_id = @ClientId AND gateway_payment_key = @key
            """,
            new { tx.ClientId, key }
        );

    /// <summary>The first payment of a ride, if there is one.</summary>
    public static Task<PaymentRow?> OfRide(Tx tx, Guid rideId) =>
        tx.One<PaymentRow>(
            """
            SELECT payment_id, ride_id, customer_id, amount, settled, cancelled, held, external, instrument,
                payer_hash, gateway_payment_key, approve_time, create_time, revision
            FROM payment WHERE client_id = @ClientId AND ride_id = @rideId ORDER BY payment_id LIMIT 1
            """,
            new { tx.ClientId, rideId }
        );

    /// <summary>Latest approval first, after the row that the page before ended with.</summary>
    public static Task<IReadOnlyList<PaymentRow>> Page(Tx tx, PaymentFilter filter) =>
        tx.List<PaymentRow>(
            """
            SELECT payment_id, ride_id, customer_id, amount, settled, cancelled, held, external, instrument,
                payer_hash, gateway_payment_key, approve_time, create_time, revision
            FROM payment WHERE client_id = @ClientId
                AND (@RideId::uuid IS NULL OR ride_id = @RideId)
                AND (@CustomerId::uuid IS NULL OR customer_id = @CustomerId)
                AND (@OwnerId::uuid IS NULL OR customer_id = @OwnerId)
                AND (@AfterTime::timestamptz IS NULL OR (approve_time, payment_id) < (@AfterTime, @AfterId::uuid))
            ORDER BY approve_time DESC, payment_id DESC LIMIT @Limit
            """,
            new
            {
                tx.ClientId,
                filter.RideId,
                filter.CustomerId,
                filter.OwnerId,
                filter.AfterTime,
                filter.AfterId,
                filter.Limit,
            }
        );

    /// <summary>Many of them.</summary>
    public static Func<IReadOnlyList<PaymentRow>> Many(Round round, Tx tx, Guid[] ids) =>
        round.List<PaymentRow>(
            """
            SELECT p.payment_id, p.ride_id, p.customer_id, p.amount, p.settled, p.cancelled, p.held, p.external,
                p.instrument, p.payer_hash, p.gateway_payment_key, p.approve_time, p.create_time, p.revision
            FROM payment p WHERE p.client_id = @ClientId AND p.payment_id = ANY(@ids)
            """,
            new { tx.ClientId, ids }
        );

    /// <summary>Many of them, under lock.</summary>
    public static Func<IReadOnlyList<PaymentRow>> ManyLocked(Round round, Tx tx, Guid[] ids) =>
        round.List<PaymentRow>(
            """
            SELECT p.payment_id, p.ride_id, p.customer_id, p.amount, p.settled, p.cancelled, p.held, p.external,
                p.instrument, p.payer_hash, p.gateway_payment_key, p.approve_time, p.create_time, p.revision
            FROM payment p WHERE p.client_id = @ClientId AND p.payment_id = ANY(@ids)
            ORDER BY p.payment_id FOR NO KEY UPDATE
            """,
            new { tx.ClientId, ids }
        );

    /// <summary>Holds amounts on payments: for each the sum and of how many refunds. By key and not by place: what
    /// somebody changed meanwhile, lock or no lock, is looked at anew, and the table has the last word.</summary>
    public static void Hold(Round round, Tx tx, IReadOnlyCollection<(Guid Payment, long Amount, long Count)> sums) =>
        round.Execute(
            """
            UPDATE payment p SET held = p.held + s.amount, revision = p.revision + s.count,
                overdrawn = greatest(0, least(p.overdrawn, p.settled + p.held + s.amount - p.amount))
            FROM unnest(@Payments::uuid[], @Amounts::bigint[], @Counts::bigint[]) AS s (payment_id, amount, count)
            WHERE p.client_id = @ClientId AND p.payment_id = s.payment_id AND p.payment_id = ANY(@Payments)
            """,
            new
            {
                tx.ClientId,
                Payments = sums.Select(sum => sum.Payment).ToArray(),
                Amounts = sums.Select(sum => sum.Amount).ToArray(),
                Counts = sums.Select(sum => sum.Count).ToArray(),
            }
        );

    /// <summary>False when the gateway key is known already.</summary>
    public static async Task<bool> TryInsert(Tx tx, PaymentRow row) =>
        await tx.Execute(
            """
            INSERT INTO payment (client_id, payment_id, ride_id, customer_id, amount, instrument, payer_hash,
                gateway_payment_key, approve_time, create_time, revision)
            VALUES (@ClientId, @PaymentId, @RideId, @CustomerId, @Amount, @Instrument, @PayerHash,
                @GatewayPaymentKey, @ApproveTime, @CreateTime, 1)
            ON CONFLICT (gateway_payment_key) DO NOTHING
            """,
            new
            {
                tx.ClientId,
                row.PaymentId,
                row.RideId,
                row.CustomerId,
                row.Amount,
                Instrument = row.Instrument.ToString(),
                row.PayerHash,
                row.GatewayPaymentKey,
                row.ApproveTime,
                row.CreateTime,
            }
        ) == 1;

    /// <summary>Moves what is held and settled, with the commit; the table refuses more than was captured.</summary>
    public static void Move(Tx tx, Guid paymentId, long held, long settled = 0, long cancelled = 0) =>
        tx.Last.Execute(
            """
            UPDATE payment SET held = held + @held, settled = settled + @settled, cancelled = cancelled + @cancelled,
                overdrawn = greatest(0, least(overdrawn, settled + @settled + held + @held - amount)),
                revision = revision + 1
            WHERE client_id = @ClientId AND payment_id = @paymentId
            """,
            new
            {
                tx.ClientId,
                paymentId,
                held,
                settled,
                cancelled,
            }
        );
}

/// <summary>Which payments to list; null means any. OwnerId is the rider who calls, CustomerId the one who is asked
/// for.</summary>
public sealed record PaymentFilter(
    Guid? RideId,
    Guid? CustomerId,
    Guid? OwnerId,
    DateTimeOffset? AfterTime,
    Guid? AfterId,
    int Limit
);
