using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Decides a request on locked rows and writes what follows in the same transaction. Locks are taken in one order
/// everywhere: members, refund, delegation, budgets by key, payment.
/// </summary>
public static class Admission
{
    public static async Task<RefundRow> Admit(Tx tx, RefundAsked asked, RequesterFacts requester, Guid? delegationId)
    {
        await HostClock.Check(tx);
        var weighed = await Weighing.Weigh(tx, asked, requester, delegationId, locked: true);
        var row = NewRow(tx, asked, weighed);
        await RefundWrites.Insert(tx, row, weighed.Facts);
        RefundEvents.Publish(tx, row);
        if (weighed.Decision.Admitted)
        {
            await Holdings.Hold(tx, row.Refund);
            tx.Wake(SettleRefunds.Job);
        }
        return row;
    }

    private static RefundRow NewRow(Tx tx, RefundAsked asked, Weighed weighed)
    {
        var target = weighed.Target;
        var row = new RefundRow
        {
            Refund = NewRefund(tx, asked, weighed),
            RideId = target.RideId,
            CustomerId = target.CustomerId,
            VehicleId = target.VehicleId,
            FaultId = asked.FaultId,
            ComplaintId = asked.ComplaintId,
            CaseId = asked.CaseId,
            Action = asked.Action,
            Reason = asked.Reason,
            Note = asked.Note,
            RequestedBy = weighed.Facts.Requester.Person,
            RequestId = asked.RequestId,
            Actor = weighed.Facts.Requester.Actor,
            Currency = weighed.Facts.Currency,
            Decision = DecisionWire.Of(weighed),
            SignedRequest = "",
            RequestHash = "",
            CreateTime = tx.Now,
        };
        var signed = SignedRequest.Of(row, weighed).ToJson();
        return row with { SignedRequest = signed, RequestHash = SignedRequest.Hash(signed) };
    }

    private static Refund NewRefund(Tx tx, RefundAsked asked, Weighed weighed)
    {
        var decision = weighed.Decision;
        var waits = !decision.Approvers.IsEmpty;
        DateTimeOffset? expire = waits ? tx.Now + RefundFlow.ApprovalLife : null;
        return new Refund
        {
            ClientId = tx.ClientId,
            RefundId = Guid.CreateVersion7(tx.Now),
            PaymentId = asked.PaymentId,
            Amount = asked.Amount,
            DelegationId = weighed.Delegation?.DelegationId,
            Epoch = weighed.Delegation?.Epoch ?? 0,
            Debits = decision.Debits,
            State =
                decision.Allowed ? RefundState.Approved
                : waits ? RefundState.AwaitingApproval
                : RefundState.Denied,
            Revision = 1,
            UpdateTime = tx.Now,
            AwaitedRole = waits ? decision.Approvers[0] : MemberRole.Unspecified,
            ExpireTime = expire,
            NextTime = decision.Allowed ? tx.Now : expire,
        };
    }
}
