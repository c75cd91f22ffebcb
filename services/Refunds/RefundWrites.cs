using Google.Protobuf;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What is written of a refund.</summary>
public static class RefundWrites
{
    /// <summary>Saves a step: the row, what is held, the event that others are told of.</summary>
    public static async Task Step(Tx tx, RefundRow row, Refund after)
    {
        await Holdings.Apply(tx, row.Action, row.Refund, after);
        after = after with { VatAmount = await VatOf(tx, row, after) };
        await Update(tx, after);
        RefundEvents.Publish(tx, row with { Refund = after });
    }

    // Read after the money was moved: the payment is locked then, and refunds of it come one after the other.
    private static async Task<long?> VatOf(Tx tx, RefundRow row, Refund after)
    {
        if (after.State != RefundState.Settled || !Actions.IsCancel(row.Action) || row.Currency != Vat.Currency)
        {
            return after.VatAmount;
        }
        var payment = (await PaymentTable.Get(tx, after.PaymentId!.Value))!;
        return Vat.Part(payment.Amount, payment.Cancelled - after.Amount, after.Amount);
    }

    public static Task<int> Insert(Tx tx, RefundRow row, RefundFacts facts) =>
        tx.Execute(
            """
            INSERT INTO refund (client_id, refund_id, payment_id, ride_id, customer_id, vehicle_id, fault_id,
                complaint_id, case_id, action, reason, amount, note, requested_by, request_id, actor, state,
                delegation_id, epoch, decision, facts, debits, signed_request, request_hash, awaited_role, expire_time,
                next_time, create_time, update_time, revision)
            VALUES (@ClientId, @RefundId, @PaymentId, @RideId, @CustomerId, @VehicleId, @FaultId,
                @ComplaintId, @CaseId, @Action, @Reason, @Amount, @Note, @RequestedBy, @RequestId, @Actor, @State,
                @DelegationId, @Epoch, @Decision::jsonb, @Facts::jsonb, @Debits::jsonb, @SignedRequest, @RequestHash,
                @AwaitedRole, @ExpireTime, @NextTime, @CreateTime, @UpdateTime, @Revision)
            """,
            new
            {
                tx.ClientId,
                row.Refund.RefundId,
                row.Refund.PaymentId,
                row.RideId,
                row.CustomerId,
                row.VehicleId,
                row.FaultId,
                row.ComplaintId,
                row.CaseId,
                Action = row.Action.ToString(),
                row.Reason,
                row.Refund.Amount,
                row.Note,
                row.RequestedBy,
                row.RequestId,
                Actor = row.Actor.ToString(),
                State = row.Refund.State.ToString(),
                row.Refund.DelegationId,
                row.Refund.Epoch,
                Decision = JsonFormatter.Default.Format(row.Decision),
                Facts = facts.ToJson(),
                Debits = BudgetSlot.ToJson(row.Refund.Debits),
                row.SignedRequest,
                row.RequestHash,
                AwaitedRole = NameOf(row.Refund.AwaitedRole),
                row.Refund.ExpireTime,
                row.Refund.NextTime,
                row.CreateTime,
                row.Refund.UpdateTime,
                row.Refund.Revision,
            }
        );

    /// <summary>Writes what a step changes.</summary>
    public static Task<int> Update(Tx tx, Refund refund) =>
        tx.Execute(
            """
            UPDATE refund SET state = @State, delegation_id = @DelegationId, epoch = @Epoch, debits = @Debits::jsonb,
                awaited_role = @AwaitedRole, expire_time = @ExpireTime, declined_by = @DeclinedBy,
                decline_note = @DeclineNote, gateway_code = @GatewayCode,
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

    private static string NameOf(MemberRole role) => role == MemberRole.Unspecified ? "" : role.ToString();
}
