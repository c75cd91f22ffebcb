using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>How a refund was first sent: the gateway's balance that it named, and when, which is when the gateway began
/// to keep its key.</summary>
public sealed record FirstAttempt
{
    public required long RefundableBefore { get; init; }
    public required DateTimeOffset DispatchTime { get; init; }
}

/// <summary>What was sent to the gateway for a refund, and what came of it.</summary>
public static class AttemptTable
{
    /// <summary>
    /// What to send: as in the first attempt, so that the same key always carries the same bytes; before there was one,
    /// on the balance that the gateway has by our books.
    /// </summary>
    public static Order Order(RefundRow row, PaymentRow? payment, FirstAttempt? first)
    {
        var repeated = row.Refund.State is RefundState.Unconfirmed or RefundState.PendingAtGateway;
        return Actions.IsCancel(row.Action)
            ? new CancelOrder(
                payment!.GatewayPaymentKey,
                row.Refund.RefundId,
                row.Refund.Amount,
                first?.RefundableBefore ?? payment.AtGateway,
                repeated
            )
            : BackOfficeActs.Order(row, repeated);
    }

    /// <summary>The order to ask about, of a refund that was sent before.</summary>
    public static async Task<Order> OrderSent(Tx tx, RefundRow row)
    {
        var round = tx.NewRound();
        var payment = PaymentTable.Of(round, tx, row.Refund, locked: false);
        var first = First(round, tx, row.Refund.RefundId);
        await round.Run();
        return Order(row, payment(), first());
    }

    /// <summary>How it was first sent, once the round has run; null before.</summary>
    public static Func<FirstAttempt?> First(Round round, Tx tx, Guid refundId) =>
        round.One<FirstAttempt>(
            """
            SELECT refundable_before, dispatch_time FROM refund_attempt
            WHERE client_id = @ClientId AND refund_id = @refundId ORDER BY attempt LIMIT 1
            """,
            new { tx.ClientId, refundId }
        );

    /// <summary>When it was last sent.</summary>
    public static Task<DateTimeOffset?> LastSent(Tx tx, Guid refundId) =>
        tx.One<DateTimeOffset?>(
            """
            SELECT max(dispatch_time) FROM refund_attempt WHERE client_id = @ClientId AND refund_id = @refundId
            """,
            new { tx.ClientId, refundId }
        );

    /// <summary>Does a refusal of the latest attempt prove that nothing was done? Not while an earlier one of which
    /// nobody knows may be its cause, which lists show late.</summary>
    public static async Task<bool> IsProof(Tx tx, Refund refund) =>
        !await tx.Scalar<bool>(
            """
            SELECT EXISTS (
                SELECT 1 FROM refund_attempt
                WHERE client_id = @ClientId AND refund_id = @RefundId AND attempt < @AttemptCount
                    AND outcome NOT IN ('NotDone', 'RefusedForGood') AND dispatch_time > @Late)
            """,
            new
            {
                tx.ClientId,
                refund.RefundId,
                refund.AttemptCount,
                Late = tx.Now - RefundFlow.SettleDelay,
            }
        );

    /// <summary>Is another refund of the payment at the gateway, or was it and may be sent again? Known once the round
    /// has run.</summary>
    public static Func<bool> AnotherInFlight(Round round, Tx tx, Refund refund) =>
        round.One<bool>(
            """
            SELECT EXISTS (
                SELECT 1 FROM refund
                WHERE client_id = @ClientId AND payment_id = @PaymentId AND refund_id <> @RefundId
                    AND (state IN ('Dispatching', 'PendingAtGateway', 'Unconfirmed', 'UnderReview')
                        OR (state = 'Approved' AND attempt_count > 0)))
            """,
            new
            {
                tx.ClientId,
                refund.PaymentId,
                refund.RefundId,
            }
        );

    /// <summary>Notes what is sent, with the commit.</summary>
    public static void Insert(Tx tx, Refund refund, Order order) =>
        tx.Last.Execute(
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
                RefundableBefore = order is CancelOrder cancel ? cancel.RefundableBefore : 0,
                tx.Now,
            }
        );

    /// <summary>Notes what came of it, with the commit.</summary>
    public static void End(Tx tx, Guid refundId, int attempt, OrderOutcome outcome) =>
        tx.Last.Execute(
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

    public static string CodeOf(OrderOutcome outcome) =>
        outcome switch
        {
            OrderOutcome.RefusedForGood refused => refused.Code,
            OrderOutcome.NotDone passing => passing.Code,
            OrderOutcome.Accepted taken => taken.Code,
            OrderOutcome.Aborted aborted => aborted.Code,
            OrderOutcome.Unconfirmed unknown => unknown.Code,
            _ => "",
        };
}
