using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What was sent to the gateway for a refund, and what came of it.</summary>
public static class AttemptTable
{
    /// <summary>
    /// What to send: as in the first attempt, so that the same key always carries the same bytes; before there was one,
    /// on the balance that the gateway has by our books.
    /// </summary>
    public static async Task<CancelOrder> Order(Tx tx, Refund refund, PaymentRow payment)
    {
        var first = await tx.One<long?>(
            """
            SELECT refundable_before FROM refund_attempt
            WHERE client_id = @ClientId AND refund_id = @RefundId ORDER BY attempt LIMIT 1
            """,
            new { tx.ClientId, refund.RefundId }
        );
        return new CancelOrder(
            payment.GatewayPaymentKey,
            refund.RefundId,
            refund.Amount,
            first ?? (payment.Amount - payment.Settled),
            Repeated: refund.State == RefundState.Unconfirmed
        );
    }

    public static Task<int> Insert(Tx tx, Refund refund, CancelOrder order) =>
        tx.Execute(
            """
            INSERT INTO refund_attempt
                (client_id, refund_id, attempt, gateway_key, body, refundable_before, dispatch_time)
            VALUES (@ClientId, @RefundId, @AttemptCount, @IdempotencyKey, @Body, @RefundableBefore, @Now)
            """,
            new
            {
                tx.ClientId,
                refund.RefundId,
                refund.AttemptCount,
                order.IdempotencyKey,
                Body = order.Body(),
                order.RefundableBefore,
                tx.Now,
            }
        );

    public static Task<int> End(Tx tx, Guid refundId, int attempt, CancelOutcome outcome) =>
        tx.Execute(
            """
            UPDATE refund_attempt SET end_time = @Now, outcome = @Outcome, gateway_code = @Code
            WHERE client_id = @ClientId AND refund_id = @refundId AND attempt = @attempt
            """,
            new
            {
                tx.ClientId,
                refundId,
                attempt,
                tx.Now,
                Outcome = outcome.GetType().Name,
                Code = CodeOf(outcome),
            }
        );

    private static string CodeOf(CancelOutcome outcome) =>
        outcome switch
        {
            CancelOutcome.RefusedForGood refused => refused.Code,
            CancelOutcome.NotDone passing => passing.Code,
            CancelOutcome.Unconfirmed unknown => unknown.Code,
            _ => "",
        };
}
