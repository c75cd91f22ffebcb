using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// What somebody paid back past us, such as in the client's own console at the gateway. It reduces the payment, is no
/// refund of ours, asks nobody and fills no budget; reality may exceed what we hold on the payment.
/// </summary>
public static class ExternalRefundTable
{
    /// <summary>Far more cancels than a ride's payment can have.</summary>
    private const int CancelsMax = 1_000;

    /// <summary>Takes it into the books; false when they have it.</summary>
    public static async Task<bool> Adopt(Tx tx, Guid paymentId, CancelAtGateway cancel)
    {
        var payment = await PaymentTable.Locked(tx, paymentId);
        var isNew = await tx.Execute(
            """
            INSERT INTO external_refund (client_id, transaction_key, payment_id, amount, state, adopt_time)
            SELECT @ClientId, @TransactionKey, @paymentId, @Amount, 'Adopted', @Now
            WHERE NOT EXISTS (
                SELECT 1 FROM refund
                WHERE client_id = @ClientId AND payment_id = @paymentId AND gateway_transaction_key = @TransactionKey)
            ON CONFLICT (client_id, transaction_key) DO NOTHING
            """,
            new
            {
                tx.ClientId,
                cancel.TransactionKey,
                paymentId,
                cancel.Amount,
                tx.Now,
            }
        );
        if (isNew == 0)
        {
            return false;
        }
        await Move(tx, paymentId, cancel.TransactionKey, "ADOPT", cancel.Amount);
        Publish(tx, payment, cancel.Amount);
        return true;
    }

    /// <summary>It came to nothing: the gateway has its won again.</summary>
    public static async Task<bool> TakeBack(Tx tx, Guid paymentId, string transactionKey)
    {
        var payment = await PaymentTable.Locked(tx, paymentId);
        var amount = await tx.One<long?>(
            """
            UPDATE external_refund SET state = 'Returned'
            WHERE client_id = @ClientId AND transaction_key = @transactionKey AND payment_id = @paymentId
                AND state = 'Adopted'
            RETURNING amount
            """,
            new
            {
                tx.ClientId,
                transactionKey,
                paymentId,
            }
        );
        if (amount is not { } won)
        {
            return false;
        }
        await Move(tx, paymentId, transactionKey, "RETURN", -won);
        Publish(tx, payment, -won);
        return true;
    }

    /// <summary>Do the books have that transaction, whosever it is? The caller holds the payment.</summary>
    public static Task<bool> Knows(Tx tx, string transactionKey) =>
        tx.Scalar<bool>(
            """
            SELECT EXISTS (
                    SELECT 1 FROM refund
                    WHERE client_id = @ClientId AND gateway_transaction_key = @transactionKey
                        AND gateway_transaction_key <> '')
                OR EXISTS (
                    SELECT 1 FROM external_refund
                    WHERE client_id = @ClientId AND transaction_key = @transactionKey)
            """,
            new { tx.ClientId, transactionKey }
        );

    public static Task<IReadOnlyList<AdoptedCancel>> Of(Tx tx, Guid paymentId) =>
        tx.List<AdoptedCancel>(
            """
            SELECT transaction_key, amount, state = 'Returned' AS returned FROM external_refund
            WHERE client_id = @ClientId AND payment_id = @paymentId ORDER BY transaction_key LIMIT @CancelsMax
            """,
            new
            {
                tx.ClientId,
                paymentId,
                CancelsMax,
            }
        );

    /// <summary>Refunds of ours on the payment that go through the gateway.</summary>
    public static Task<IReadOnlyList<OwnCancel>> Own(Tx tx, Guid paymentId) =>
        tx.List<OwnCancel>(
            """
            SELECT refund_id, state, amount, gateway_transaction_key AS transaction_key, settle_time,
                amount_left - amount AS refundable_after
            FROM refund
            LEFT JOIN LATERAL (
                SELECT a.refundable_before AS amount_left FROM refund_attempt a
                WHERE a.client_id = refund.client_id AND a.refund_id = refund.refund_id
                ORDER BY a.attempt LIMIT 1) AS first ON true
            WHERE client_id = @ClientId AND payment_id = @paymentId AND action = 'CardRefund'
            ORDER BY refund_id LIMIT @CancelsMax
            """,
            new
            {
                tx.ClientId,
                paymentId,
                CancelsMax,
            }
        );

    private static async Task Move(Tx tx, Guid paymentId, string transactionKey, string kind, long amount)
    {
        await tx.Execute(
            """
            UPDATE payment SET settled = settled + @amount::bigint, cancelled = cancelled + @amount::bigint,
                external = external + @amount::bigint,
                overdrawn = greatest(0, settled + held + @amount::bigint - amount), revision = revision + 1
            WHERE client_id = @ClientId AND payment_id = @paymentId
            """,
            new
            {
                tx.ClientId,
                paymentId,
                amount,
            }
        );
        await tx.Execute(
            """
            INSERT INTO external_entry (client_id, transaction_key, kind, account, payment_id, amount, create_time)
            VALUES (@ClientId, @transactionKey, @kind, 'PAYMENT_AVAILABLE', @paymentId, -@amount::bigint, @Now),
                (@ClientId, @transactionKey, @kind, 'EXTERNALLY_REFUNDED', @paymentId, @amount, @Now)
            """,
            new
            {
                tx.ClientId,
                transactionKey,
                kind,
                paymentId,
                amount,
                tx.Now,
            }
        );
    }

    private static void Publish(Tx tx, PaymentRow before, long amount)
    {
        var name = new ResourceName(tx.ClientId, "payments", before.PaymentId).ToString();
        var currency = tx.Clients.Find(tx.ClientId)!.Currency;
        tx.Publish(
            new ExternalRefundsChanged
            {
                Payment = name,
                Revision = before.Revision + 1,
                ExternalAmount = new Money(before.External + amount, currency).ToWire(),
            },
            name
        );
    }
}
