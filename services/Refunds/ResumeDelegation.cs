using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Lets a suspended delegation be used again. That gives authority, so only an officer may who signed in just now. Its
/// epoch is a new one: what the stop caught stays caught.
/// </summary>
public static class ResumeDelegation
{
    public static Task<V1.Delegation> Handle(ResumeDelegationRequest request, Call call)
    {
        StepUp.Require(call);
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
            (tx, row) => Resume(tx, client, row, request.Reason, call)
        );
    }

    private static async Task<V1.Delegation> Resume(
        Tx tx,
        ClientProfile client,
        DelegationRow row,
        string reason,
        Call call
    )
    {
        if (row.State != DelegationState.Suspended)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.DelegationNotSuspended,
                "Only a suspended delegation is resumed."
            );
        }
        // Nothing is decided by a policy that is not the one that was granted, so it is not put in force again.
        _ = row.Policy();
        return await DelegationChange.Save(
            tx,
            client,
            row.Resumed(),
            DelegationAct.Resume,
            call.Caller.Subject,
            reason
        );
    }
}
