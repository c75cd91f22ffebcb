using System.Collections.Immutable;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Moves a refund's amount in the payment, in its budgets and in the ledger: together or not at all, and with the
/// commit, because everybody's requests wait for the counters that they share.
/// </summary>
public static class Holdings
{
    /// <summary>
    /// Holds it in the budgets of the delegation that decided last instead of those of the one before, and in a case
    /// that was unheard of when it was asked for; of the payment it holds what it held.
    /// </summary>
    public static void MoveTo(Tx tx, Refund before, Refund after)
    {
        if (before.DelegationId != after.DelegationId || !before.Debits.SequenceEqual(after.Debits))
        {
            BudgetTable.Release(tx, before.DelegationId!.Value, before.Debits, before.Amount);
            BudgetTable.Hold(tx, after.DelegationId!.Value, after.Debits, after.Amount);
        }
    }

    /// <summary>Does what the step from one state to the other does with what is held.</summary>
    public static void Apply(Tx tx, RefundAction action, Refund before, Refund after)
    {
        if (before.State == RefundState.Settled && after.State == RefundState.Returned)
        {
            // The delegation's budgets keep it: what was spent under it is not to be spent twice. What the customer got
            // and the case came to is less by it, as the payment is: nobody has it, and whoever replaces it would else
            // need people for twice the amount.
            Ledger.Enter(tx, after, "RETURN", "CUSTOMER_REFUNDED", "PAYMENT_AVAILABLE");
            Release(tx, after, [.. after.Debits.Where(slot => slot.IsClientWide)]);
            PaymentTable.Move(tx, after.PaymentId!.Value, held: 0, settled: -after.Amount, -after.Amount);
        }
        else if (!RefundFlow.Holds(before.State) && RefundFlow.Holds(after.State))
        {
            Take(tx, after);
        }
        else if (RefundFlow.Holds(before.State) && after.State == RefundState.Settled)
        {
            Post(tx, action, after);
        }
        else if (RefundFlow.Holds(before.State) && !RefundFlow.Holds(after.State))
        {
            LetGo(tx, after);
        }
    }

    /// <summary>Settles what was held. Budgets count what is settled as what is held, so everybody's counters are left
    /// alone.</summary>
    private static void Post(Tx tx, RefundAction action, Refund refund)
    {
        if (refund.PaymentId is { } paymentId)
        {
            Ledger.Enter(tx, refund, "POST", "PAYMENT_HELD", "CUSTOMER_REFUNDED");
            var cancelled = Actions.IsCancel(action) ? refund.Amount : 0;
            PaymentTable.Move(tx, paymentId, held: -refund.Amount, settled: refund.Amount, cancelled);
        }
    }

    private static void LetGo(Tx tx, Refund refund)
    {
        if (refund.PaymentId is not null)
        {
            Ledger.Enter(tx, refund, "RELEASE", "PAYMENT_HELD", "PAYMENT_AVAILABLE");
        }
        Release(tx, refund, refund.Debits);
        if (refund.PaymentId is { } paymentId)
        {
            PaymentTable.Move(tx, paymentId, held: -refund.Amount);
        }
    }

    private static void Release(Tx tx, Refund refund, ImmutableArray<BudgetSlot> slots)
    {
        if (refund.DelegationId is { } delegationId && !slots.IsEmpty)
        {
            BudgetTable.Release(tx, delegationId, slots, refund.Amount);
        }
    }

    /// <summary>Holds what waited for evidence, for which nothing was held.</summary>
    private static void Take(Tx tx, Refund refund)
    {
        if (!refund.Debits.IsEmpty)
        {
            BudgetTable.Hold(tx, refund.DelegationId!.Value, refund.Debits, refund.Amount);
        }
        PaymentTable.Move(tx, refund.PaymentId!.Value, held: refund.Amount);
        Ledger.Enter(tx, refund, "HOLD", "PAYMENT_AVAILABLE", "PAYMENT_HELD");
    }
}
