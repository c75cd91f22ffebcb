using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What is written of a refund.</summary>
public static class RefundWrites
{
    /// <summary>Saves a step with the commit: the row, what is held, the event that others are told of; and that of the
    /// refund which it replaces, when it settles.</summary>
    public static async Task Step(Tx tx, RefundRow row, Refund after)
    {
        if (RefundPlaces.Of(row.Refund.State, after.State) is { } place)
        {
            tx.Passes(place);
        }
        if (IsTaxed(row, after))
        {
            // Refunds of a payment come one after the other, and no budget is locked behind it.
            var payment = await PaymentTable.Locked(tx, after.PaymentId!.Value);
            after = after with { VatAmount = Vat.Part(payment.Amount, payment.Cancelled, after.Amount) };
        }
        Update(tx, after);
        // Last, because everybody's requests wait for the counters.
        Holdings.Apply(tx, row.Action, row.Refund, after);
        RefundEvents.Publish(tx, row with { Refund = after });
        var isOver = RefundFlow.Holds(row.Refund.State) && !RefundFlow.Holds(after.State);
        if (isOver && after is { AttemptCount: > 0, PaymentId: not null })
        {
            LetOthersGoOn(tx, after);
        }
        if (after.State == RefundState.Settled && row.Replaces is { } original)
        {
            // Locked with the one that replaces it.
            var returned = (await RefundTable.Get(tx, original))!;
            await Step(tx, returned, returned.Refund.Close(after.RefundId, tx.Now));
        }
    }

    // Whoever puts a refund off because of another has the payment's lock, which is ours by now. A row that is locked
    // all the same is mostly about to be looked at; waiting for it would be a deadlock, as the fence holds it and waits
    // for the payment.
    private static void LetOthersGoOn(Tx tx, Refund ended)
    {
        tx.Last.Execute(
            """
            UPDATE refund SET next_time = @Now
            WHERE client_id = @ClientId AND refund_id IN (
                SELECT refund_id FROM refund
                WHERE client_id = @ClientId AND payment_id = @PaymentId AND state = 'Approved' AND attempt_count = 0
                FOR NO KEY UPDATE SKIP LOCKED)
            """,
            new
            {
                tx.ClientId,
                ended.PaymentId,
                tx.Now,
            }
        );
        tx.Wake(SettleRefunds.Job);
    }

    private static bool IsTaxed(RefundRow row, Refund after) =>
        after.State == RefundState.Settled && Actions.IsCancel(row.Action) && row.Currency == Vat.Currency;

    /// <summary>Writes what a step changes, with the commit.</summary>
    public static void Update(Tx tx, Refund refund) =>
        tx.Last.Execute(
            """
            UPDATE refund SET state = @State, delegation_id = @DelegationId, epoch = @Epoch, debits = @Debits,
                awaited_role = @AwaitedRole, expire_time = @ExpireTime, declined_by = @DeclinedBy,
                decline_note = @DeclineNote, withdrawn_by = @WithdrawnBy, replaced_by = @ReplacedBy,
                gateway_code = @GatewayCode,
                gateway_transaction_key = @GatewayTransactionKey, attempt_count = @AttemptCount,
                probe_count = @ProbeCount, next_time = @NextTime, settle_time = @SettleTime, vat_amount = @VatAmount,
                update_time = @UpdateTime, revision = @Revision
            WHERE client_id = @ClientId AND refund_id = @RefundId
            """,
            new
            {
                tx.ClientId,
                refund.RefundId,
                State = refund.State.ToString(),
                refund.DelegationId,
                refund.Epoch,
                Debits = BudgetSlot.ToJson(refund.Debits),
                AwaitedRole = NameOf(refund.AwaitedRole),
                refund.ExpireTime,
                refund.DeclinedBy,
                refund.DeclineNote,
                refund.WithdrawnBy,
                refund.ReplacedBy,
                refund.GatewayCode,
                refund.GatewayTransactionKey,
                refund.AttemptCount,
                refund.ProbeCount,
                refund.NextTime,
                refund.SettleTime,
                refund.VatAmount,
                refund.UpdateTime,
                refund.Revision,
            }
        );

    /// <summary>A role as it is stored, empty when nobody's agreement is missing.</summary>
    public static string NameOf(MemberRole role) => role == MemberRole.Unspecified ? "" : role.ToString();
}
