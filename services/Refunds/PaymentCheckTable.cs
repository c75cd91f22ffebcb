using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Payments that are to be compared with the gateway's record. They stand beside the payment and are no part
/// of it.</summary>
public static class PaymentCheckTable
{
    /// <summary>Payments of one look; the rest comes at the next.</summary>
    private const int AtOnce = 50;

    /// <summary>
    /// While one process compares, no other does; should it die or get no answer, the wish comes due again after it.
    /// Longer than <see cref="RereadTable.Pause"/>, so that a wish which comes meanwhile is sooner and told from it.
    /// </summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>What the lease, doubled with each try, comes to at most while the gateway is away.</summary>
    private static readonly TimeSpan LeaseMax = TimeSpan.FromHours(1);

    /// <summary>Tries without an answer. Hints aside they take fifteen days, as far back as the gateway's list is ever
    /// read.</summary>
    private const int TriesMax = 360;

    /// <summary>What the gateway has of the refund is not what we believed: somebody may have paid back past
    /// us.</summary>
    public static async Task WantCompared(Tx tx, RefundRow row)
    {
        if (row.Refund.State != RefundState.Settled && Actions.IsCancel(row.Action))
        {
            await Want(tx, row.Refund.PaymentId!.Value);
            tx.Wake(ReconcilePayments.Job);
        }
    }

    /// <summary>Wants a payment compared: something that we did met what we did not expect.</summary>
    public static Task<int> Want(Tx tx, Guid paymentId) =>
        tx.Execute(
            """
            INSERT INTO payment_check AS c (client_id, payment_id, want_time) VALUES (@ClientId, @paymentId, @Now)
            ON CONFLICT (client_id, payment_id) DO UPDATE
                SET want_time = least(c.want_time, greatest(@Now, c.check_time + @Pause))
            """,
            new
            {
                tx.ClientId,
                paymentId,
                tx.Now,
                RereadTable.Pause,
            }
        );

    /// <summary>Wants the payment of that key compared, because of a hint: as often as any hint is followed.</summary>
    public static Task<int> Want(Tx tx, string paymentKey) =>
        tx.Execute(
            """
            INSERT INTO payment_check AS c (client_id, payment_id, want_time)
            SELECT client_id, payment_id, @Now FROM payment
            WHERE client_id = ANY(@Clients) AND gateway_payment_key = @paymentKey
            ON CONFLICT (client_id, payment_id) DO UPDATE
                SET want_time = least(c.want_time, greatest(@Now, c.check_time + @Pause))
            """,
            new
            {
                Clients = ClientsOf(tx),
                paymentKey,
                tx.Now,
                RereadTable.Pause,
            }
        );

    /// <summary>Wants compared what the gateway's list has and our books lack; says how many payments.</summary>
    public static Task<int> WantUnknown(Tx tx, IReadOnlyList<TransactionAtGateway> lines) =>
        tx.Execute(
            """
            INSERT INTO payment_check AS c (client_id, payment_id, want_time)
            SELECT DISTINCT p.client_id, p.payment_id, @Now::timestamptz
            FROM unnest(@PaymentKeys::text[], @TransactionKeys::text[]) AS line (payment_key, transaction_key)
            JOIN payment p ON p.client_id = ANY(@Clients) AND p.gateway_payment_key = line.payment_key
            WHERE NOT EXISTS (
                    SELECT 1 FROM refund r
                    WHERE r.client_id = p.client_id AND r.payment_id = p.payment_id
                        AND r.gateway_transaction_key = line.transaction_key)
                AND NOT EXISTS (
                    SELECT 1 FROM external_refund x
                    WHERE x.client_id = p.client_id AND x.transaction_key = line.transaction_key)
            ON CONFLICT (client_id, payment_id) DO UPDATE SET want_time = @Now
            """,
            new
            {
                Clients = ClientsOf(tx),
                PaymentKeys = lines.Select(line => line.PaymentKey).ToArray(),
                TransactionKeys = lines.Select(line => line.TransactionKey).ToArray(),
                tx.Now,
            }
        );

    /// <summary>What is due, the longest waiting first.</summary>
    public static Task<IReadOnlyList<DueCheck>> Due(Tx tx) =>
        tx.List<DueCheck>(
            """
            SELECT client_id, payment_id FROM payment_check
            WHERE client_id = ANY(@Clients) AND want_time <= @Now ORDER BY want_time, payment_id LIMIT @AtOnce
            """,
            new
            {
                Clients = ClientsOf(tx),
                tx.Now,
                AtOnce,
            }
        );

    /// <summary>Puts the wish off until the lease ends, so that nobody else follows it meanwhile; says until when. Null
    /// when somebody else follows it.</summary>
    public static Task<DateTimeOffset?> Take(Tx tx, Guid paymentId) =>
        tx.One<DateTimeOffset?>(
            """
            UPDATE payment_check SET check_time = @Now, try_count = try_count + 1,
                want_time = @Now + least(@LeaseMax::interval, @Lease::interval * 2 ^ least(try_count, 10))
            WHERE client_id = @ClientId AND payment_id = @paymentId AND want_time <= @Now
            RETURNING want_time
            """,
            new
            {
                tx.ClientId,
                paymentId,
                tx.Now,
                Lease,
                LeaseMax,
            }
        );

    /// <summary>Ends the wish that was followed under that lease, or puts it off to a later time; unless it was wished
    /// anew meanwhile or the comparison took longer than the lease.</summary>
    public static Task<int> End(Tx tx, Guid paymentId, DateTimeOffset lease, DateTimeOffset? again) =>
        tx.Execute(
            """
            UPDATE payment_check SET try_count = 0,
                want_time = CASE WHEN want_time = @lease AND want_time > @Now THEN @again ELSE want_time END
            WHERE client_id = @ClientId AND payment_id = @paymentId
            """,
            new
            {
                tx.ClientId,
                paymentId,
                tx.Now,
                lease,
                again,
            }
        );

    /// <summary>Ends the wish when it was tried as often as it should be; false while there is hope, or when it was
    /// wished anew.</summary>
    public static async Task<bool> GiveUp(Tx tx, Guid paymentId, DateTimeOffset lease) =>
        await tx.Execute(
            """
            UPDATE payment_check SET try_count = 0, want_time = NULL
            WHERE client_id = @ClientId AND payment_id = @paymentId AND try_count >= @TriesMax AND want_time = @lease
            """,
            new
            {
                tx.ClientId,
                paymentId,
                lease,
                TriesMax,
            }
        ) == 1;

    private static string[] ClientsOf(Tx tx) => [.. tx.Clients.All.Select(client => client.Id)];
}

/// <summary>A payment that is to be compared.</summary>
public sealed record DueCheck
{
    public required string ClientId { get; init; }
    public required Guid PaymentId { get; init; }
}
