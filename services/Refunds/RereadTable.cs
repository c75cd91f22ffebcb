using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Hints that something happened to a payment at its gateway. They stand beside the refund and are no part of it:
/// no count of questions, no time of the next one and no revision changes by a hint.
/// </summary>
public static class RereadTable
{
    /// <summary>A gateway tells of one change several times within seconds: one question answers them all, and who
    /// sends hints for fun makes us ask no more than this often.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>May the gateway hold the proof of a refund in this state, while nobody waits for its reply?</summary>
    public static bool MayBeProven(RefundState state) =>
        state is RefundState.PendingAtGateway or RefundState.Unconfirmed or RefundState.UnderReview;

    /// <summary>Wants the gateway asked about what is open of the payment; says for how many refunds.</summary>
    public static Task<int> Want(Tx tx, string paymentKey) =>
        tx.Execute(
            """
            UPDATE refund SET reread_time = greatest(@Now, last_reread_time + @Pause)
            FROM payment p
            WHERE p.client_id = ANY(@Clients) AND p.gateway_payment_key = @paymentKey
                AND refund.client_id = p.client_id AND refund.payment_id = p.payment_id
                AND refund.state IN ('PendingAtGateway', 'Unconfirmed', 'UnderReview') AND refund.reread_time IS NULL
            """,
            new
            {
                Clients = tx.Clients.All.Select(client => client.Id).ToArray(),
                paymentKey,
                tx.Now,
                Pause,
            }
        );

    /// <summary>Takes the hint, so that nobody else follows it; false when there is none that is due.</summary>
    public static async Task<bool> Take(Tx tx, Guid refundId) =>
        await tx.Execute(
            """
            UPDATE refund SET reread_time = NULL, last_reread_time = @Now
            WHERE client_id = @ClientId AND refund_id = @refundId AND reread_time <= @Now
            """,
            new
            {
                tx.ClientId,
                refundId,
                tx.Now,
            }
        ) == 1;
}
