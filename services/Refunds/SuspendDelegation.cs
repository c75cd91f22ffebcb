using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Stops a delegation at once, by either side, until an officer resumes it.</summary>
public static class SuspendDelegation
{
    public static Task<V1.Delegation> Handle(SuspendDelegationRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", "delegations");
        check.Text(request.Reason, "reason", 1, Limits.TextLength);
        check.RequestId(request.RequestId);
        check.Done();
        var client = call.Clients.Find(name.ClientId)!;
        return DelegationChange.Once(
            call,
            name,
            request.RequestId,
            request,
            (tx, row) => Suspend(tx, client, row, request.Reason, call)
        );
    }

    private static async Task<V1.Delegation> Suspend(
        Tx tx,
        ClientProfile client,
        DelegationRow row,
        string reason,
        Call call
    )
    {
        if (row.State == DelegationState.Suspended)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.DelegationSuspended,
                "The delegation is suspended already."
            );
        }
        var person = call.Caller.Subject;
        var after = row with
        {
            State = DelegationState.Suspended,
            SuspendedBy = person,
            SuspendReason = reason,
            SuspendTime = tx.Now,
        };
        return await DelegationChange.Save(tx, client, after, DelegationAct.Suspend, person, reason);
    }
}
