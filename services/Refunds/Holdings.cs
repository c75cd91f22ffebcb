using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>Moves a refund's amount in the payment, in its budgets and in the ledger: together or not at all.</summary>
public static class Holdings
{
    public static async Task Hold(Tx tx, Refund refund)
    {
        if (refund.DelegationId is { } delegationId && !refund.Debits.IsEmpty)
        {
            await BudgetTable.Hold(tx, delegationId, refund.Debits, refund.Amount);
        }
        await PaymentTable.Move(tx, refund.PaymentId, held: refund.Amount, settled: 0);
        await Enter(tx, refund, "HOLD", "PAYMENT_AVAILABLE", "PAYMENT_HELD");
    }

    /// <summary>Does what the step from one state to the other does with what is held.</summary>
    public static async Task Apply(Tx tx, Refund before, Refund after)
    {
        if (!RefundFlow.Holds(before.State) || RefundFlow.Holds(after.State))
        {
            return;
        }
        var settle = after.State == V1.RefundState.Settled;
        if (after.DelegationId is { } delegationId && !after.Debits.IsEmpty)
        {
            await BudgetTable.End(tx, delegationId, after.Debits, after.Amount, settle);
        }
        await PaymentTable.Move(tx, after.PaymentId, held: -after.Amount, settled: settle ? after.Amount : 0);
        await (
            settle
                ? Enter(tx, after, "POST", "PAYMENT_HELD", "CUSTOMER_REFUNDED")
                : Enter(tx, after, "RELEASE", "PAYMENT_HELD", "PAYMENT_AVAILABLE")
        );
    }

    private static Task<int> Enter(Tx tx, Refund refund, string kind, string from, string to) =>
        tx.Execute(
            """
            INSERT INTO ledger_entry (client_id, refund_id, kind, account, payment_id, amount, create_time)
            VALUES (@ClientId, @RefundId, @kind, @from, @PaymentId, -@Amount::bigint, @Now),
                (@ClientId, @RefundId, @kind, @to, @PaymentId, @Amount, @Now)
            """,
            new
            {
                tx.ClientId,
                refund.RefundId,
                kind,
                from,
                to,
                refund.PaymentId,
                refund.Amount,
                tx.Now,
            }
        );
}
