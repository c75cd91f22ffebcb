using System.Collections.Immutable;
using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Agrees to a refund that waits: to the request of that hash and no other, once, by another person than all before. It
/// is decided anew under the policy now in force. The hash is of the evidence and the policy of this moment too: who
/// saw others looks again, and who agreed to others has agreed to nothing.
/// </summary>
public static class ApproveRefund
{
    public static async Task<V1.Refund> Handle(ApproveRefundRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", "refunds");
        check.That(request.RequestHash.Length > 0, "request_hash", "must be set");
        check.Text(request.Note, "note", 0, Limits.TextLength);
        check.RequestId(request.RequestId);
        check.Done();
        return await call.Once(name.ClientId, request.RequestId, request, tx => Approve(tx, name, request, call));
    }

    private static async Task<V1.Refund> Approve(Tx tx, ResourceName name, ApproveRefundRequest request, Call call)
    {
        await HostClock.Check(tx);
        var waiting = await SecondPerson.Enter(tx, call.Caller, name);
        SecondPerson.MustDiffer(waiting);
        SecondPerson.MustBeNew(waiting, request.RequestHash);
        var payment = waiting.Row.Refund.PaymentId is { } paymentId ? await PaymentTable.Get(tx, paymentId) : null;
        SecondPerson.MustBeDisinterested(waiting, payment);
        SecondPerson.MustWait(tx, waiting.Row);
        MustBeAwaited(waiting);
        MustBeWhatWasAskedFor(waiting.Row);
        var row = waiting.Row;
        if (await Decide(tx, waiting, payment, request.RequestHash) is not { } weighed)
        {
            // A stop withdraws what waits, whoever comes first: the job or an approver.
            return await Saved(tx, row, row.Refund.Withdraw(tx.Now));
        }
        var present = SignedRequest.Of(row, weighed);
        MustBeWhatWasSeen(row, present, request.RequestHash);
        var decision = DecisionWire.Of(weighed);
        var approval = new ApprovalRow(call.Caller.Subject, waiting.Member.Role, request.RequestHash, decision, tx.Now);
        await ApprovalTable.Insert(tx, row, approval, request.Note, weighed.Facts);
        AuditLeaf.Append(tx, weighed.Delegation, [AuditLeaf.Of(row, approval, weighed.Facts)]);
        var after = await Follow(tx, row.Refund, weighed);
        return await Saved(
            tx,
            row with
            {
                Approvals = row.Approvals.Add(approval),
                Present = after.State == RefundState.AwaitingApproval ? present : null,
            },
            after
        );
    }

    /// <summary>
    /// The decision under the delegation now in force, on locked rows; null when the one that holds it was stopped. A
    /// delegation that merely ran out may have a successor.
    /// </summary>
    private static async Task<Weighed?> Decide(Tx tx, Waiting waiting, PaymentRow? payment, string hash)
    {
        var (row, refund) = (waiting.Row, waiting.Row.Refund);
        var agreed = await Agreed(tx, waiting, payment, hash);
        var requester = await RefundRequest.RequesterNow(tx, row);
        var holder = (await DelegationTable.Locked(tx, refund.DelegationId!.Value))!;
        if (holder.State != DelegationState.Active || holder.Epoch != refund.Epoch)
        {
            return null;
        }
        var present = await DelegationTable.OfVendor(tx, holder.Vendor) ?? holder.DelegationId;
        if (present != refund.DelegationId)
        {
            // Where it is held is let go at the end; budgets come before the payment everywhere. What the delegations
            // share is locked with those of the present one.
            await BudgetTable.Lock(tx, holder.DelegationId, [.. refund.Debits.Where(slot => !slot.IsClientWide)]);
        }
        var hold = new StandingHold(
            [.. refund.Debits.Where(slot => slot.IsClientWide || present == refund.DelegationId)],
            refund.Amount,
            agreed.Add(waiting.Member.Role)
        );
        return await Weighing.Weigh(tx, RefundAsked.Of(row), requester, present, locked: true, hold);
    }

    /// <summary>Who agreed before, to the same, and still may; of the others the role is asked anew.</summary>
    private static async Task<ImmutableArray<MemberRole>> Agreed(
        Tx tx,
        Waiting waiting,
        PaymentRow? payment,
        string hash
    )
    {
        var agreed = ImmutableArray<MemberRole>.Empty;
        foreach (var approval in waiting.Row.Approvals.Where(approval => approval.RequestHash == hash))
        {
            agreed = await SecondPerson.StillMay(tx, waiting, approval.Person, approval.Role, payment)
                ? agreed.Add(approval.Role)
                : agreed;
        }
        return agreed;
    }

    private static async Task<Refund> Follow(Tx tx, Refund refund, Weighed weighed)
    {
        var decision = weighed.Decision;
        if (!decision.Admitted)
        {
            return refund.Deny(tx.Now);
        }
        var moved = refund with
        {
            DelegationId = weighed.Delegation!.DelegationId,
            Epoch = weighed.Delegation.Epoch,
            Debits = decision.Debits,
        };
        Holdings.MoveTo(tx, refund, moved);
        return decision.Allowed ? moved.Approve(tx.Now) : moved.Agree(decision.Approvers[0], tx.Now);
    }

    private static async Task<V1.Refund> Saved(Tx tx, RefundRow row, Refund after)
    {
        await RefundWrites.Step(tx, row, after);
        tx.Wake(SettleRefunds.Job);
        return RefundWire.Of(row with { Refund = after });
    }

    private static void MustBeAwaited(Waiting waiting)
    {
        var awaited = waiting.Row.Refund.AwaitedRole;
        if (waiting.Member.Role != awaited)
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.RoleNotAwaited,
                $"The agreement that is missing next is that of a {ApprovalChain.Name(awaited)}.",
                ("awaited_role", ApprovalChain.Name(awaited))
            );
        }
    }

    private static void MustBeWhatWasAskedFor(RefundRow row)
    {
        if (!SignedRequest.Matches(row))
        {
            throw new Refusal(
                StatusCode.DataLoss,
                Errors.RefundDamaged,
                "The stored refund is not the one that was asked for.",
                ("refund_id", row.Refund.RefundId.ToString())
            );
        }
    }

    private static void MustBeWhatWasSeen(RefundRow row, SignedRequest now, string hash)
    {
        var present = now.Hash();
        if (string.Equals(present, hash, StringComparison.Ordinal))
        {
            return;
        }
        // What was shown is not kept: of what changed and is again as it was asked for only the hash can tell.
        var changed = string.Join(", ", SignedRequest.Read(row.SignedRequest).ChangedIn(now));
        throw changed.Length > 0
            ? new Refusal(
                StatusCode.FailedPrecondition,
                Errors.ApprovalOutdated,
                $"Since it was asked for this changed: {changed}. The hash is not that of the request as it is now.",
                ("changed", changed),
                ("request_hash", present)
            )
            : new Refusal(
                StatusCode.FailedPrecondition,
                Errors.ApprovalOfAnotherRequest,
                "The hash is not that of the request that waits: of another one, or of what has changed back since.",
                ("request_hash", present)
            );
    }
}
