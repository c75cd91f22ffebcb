using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Ends a delegation at once and for good: once it has committed, no admission and no fence follows.</summary>
public static class RevokeDelegation
{
    public static Task<V1.Delegation> Handle(RevokeDelegationRequest request, Call call)
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
            (tx, row) => Revoke(tx, client, row, request.Reason, call)
        );
    }

    private static async Task<V1.Delegation> Revoke(
        Tx tx,
        ClientProfile client,
        DelegationRow row,
        string reason,
        Call call
    )
    {
        var (person, now) = (call.Caller.Subject, tx.Now);
        var after = row.Resumed() with
        {
            State = DelegationState.Revoked,
            RevokedBy = person,
            RevokeReason = reason,
            RevokeTime = now,
        };
        return await DelegationChange.Save(tx, client, after, DelegationAct.Revoke, person, reason);
    }
}
