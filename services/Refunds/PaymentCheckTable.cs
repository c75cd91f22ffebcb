using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>Payments that are to be compared with the gateway's record. They stand beside the payment and are no part
/// of it.</summary>
public static class PaymentCheckTable
{
    /// <summary>Payments of one look; the rest comes at the next.</summary>
    private const int AtOnce = 50;

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

    /// <summary>Takes the wish, so that nobody else follows it; false when somebody did.</summary>
    public static async Task<bool> Take(Tx tx, Guid paymentId) =>
        await tx.Execute(
            """
            UPDATE payment_check SET want_time = NULL, check_time = @Now
            WHERE client_id = @ClientId AND payment_id = @paymentId AND want_time <= @Now
            """,
            new
            {
                tx.ClientId,
                paymentId,
                tx.Now,
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
