using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Moves a refund's amount in the payment, in its budgets and in the ledger: together or not at all.</summary>
public static class Holdings
{
    /// <summary>
    /// Holds it in the budgets of the delegation that decided last instead of those of the one before, and in a case
    /// that was unheard of when it was asked for; of the payment it holds what it held.
    /// </summary>
    public static async Task MoveTo(Tx tx, Refund before, Refund after)
    {
        if (before.DelegationId != after.DelegationId || !before.Debits.SequenceEqual(after.Debits))
        {
            await BudgetTable.End(tx, before.DelegationId!.Value, before.Debits, before.Amount, settle: false);
            await BudgetTable.Hold(tx, after.DelegationId!.Value, after.Debits, after.Amount);
        }
    }

    /// <summary>Does what the step from one state to the other does with what is held.</summary>
    public static async Task Apply(Tx tx, RefundAction action, Refund before, Refund after)
    {
        if (before.State == RefundState.Settled && after.State == RefundState.Returned)
        {
            // The delegation's budgets keep it: what was spent under it is not to be spent twice. What the customer got
            // and the case came to is less by it, as the payment is: nobody has it, and whoever replaces it would else
            // need people for twice the amount.
            await BudgetTable.Return(tx, [.. after.Debits.Where(slot => slot.IsClientWide)], after.Amount);
            await PaymentTable.Move(tx, after.PaymentId!.Value, held: 0, settled: -after.Amount, -after.Amount);
            await Ledger.Enter(tx, after, "RETURN", "CUSTOMER_REFUNDED", "PAYMENT_AVAILABLE");
            return;
        }
        if (!RefundFlow.Holds(before.State) && RefundFlow.Holds(after.State))
        {
            await Take(tx, after);
            return;
        }
        if (!RefundFlow.Holds(before.State) || RefundFlow.Holds(after.State))
        {
            return;
        }
        var settle = after.State == RefundState.Settled;
        if (after.DelegationId is { } delegationId && !after.Debits.IsEmpty)
        {
            await BudgetTable.End(tx, delegationId, after.Debits, after.Amount, settle);
        }
        if (after.PaymentId is not { } paymentId)
        {
            return;
        }
        var settled = settle ? after.Amount : 0;
        var cancelled = Actions.IsCancel(action) ? settled : 0;
        await PaymentTable.Move(tx, paymentId, held: -after.Amount, settled, cancelled);
        await (
            settle
                ? Ledger.Enter(tx, after, "POST", "PAYMENT_HELD", "CUSTOMER_REFUNDED")
                : Ledger.Enter(tx, after, "RELEASE", "PAYMENT_HELD", "PAYMENT_AVAILABLE")
        );
    }

    /// <summary>Holds what waited for evidence, for which nothing was held.</summary>
    private static async Task Take(Tx tx, Refund refund)
    {
        if (!refund.Debits.IsEmpty)
        {
            await BudgetTable.Hold(tx, refund.DelegationId!.Value, refund.Debits, refund.Amount);
        }
        await PaymentTable.Move(tx, refund.PaymentId!.Value, held: refund.Amount, settled: 0, cancelled: 0);
        await Ledger.Enter(tx, refund, "HOLD", "PAYMENT_AVAILABLE", "PAYMENT_HELD");
    }
}
