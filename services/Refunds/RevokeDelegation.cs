using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Ends a delegation at once. The row's lock puts this before or after every admission and every fence: once it has
/// committed, none of either follows.
/// </summary>
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
        return call.Once(client.Id, request.RequestId, request, tx => Revoke(tx, client, name, request.Reason, call));
    }

    private static async Task<V1.Delegation> Revoke(
        Tx tx,
        ClientProfile client,
        ResourceName name,
        string reason,
        Call call
    )
    {
        var member = await MemberTable.Standing(tx, call.Caller, locked: true);
        var row = await DelegationTable.Locked(tx, name.Id);
        if (row is null)
        {
            throw Errors.Unknown(Errors.DelegationUnknown, name.ToString());
        }
        if (call.Caller.Role == Role.Lead && !string.Equals(row.Vendor, member.Vendor, StringComparison.Ordinal))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.OtherVendor,
                "A lead may end the delegations of the own vendor only.",
                ("vendor", row.Vendor)
            );
        }
        if (row.State == DelegationState.Revoked)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.DelegationRevoked,
                "The delegation is revoked already."
            );
        }
        var after = row with
        {
            State = DelegationState.Revoked,
            Epoch = row.Epoch + 1,
            RevokedBy = call.Caller.Subject,
            RevokeReason = reason,
            RevokeTime = tx.Now,
            Revision = row.Revision + 1,
        };
        await Save(tx, after);
        tx.Publish(DelegationWire.Changed(client.Id, after), name.ToString());
        // What waits for the gateway is withdrawn by the job's fence.
        tx.Wake(SettleRefunds.Job);
        // A damaged policy must not keep alive what somebody ends.
        return after.IntactPolicy() is null
            ? DelegationWire.WithoutPolicy(client.Id, after)
            : DelegationWire.Of(client, after, await BudgetTable.DelegationWide(tx, client, after));
    }

    private static Task<int> Save(Tx tx, DelegationRow after) =>
        tx.Execute(
            """
            UPDATE delegation SET state = 'Revoked', epoch = @Epoch, revoked_by = @RevokedBy,
                revoke_reason = @RevokeReason, revoke_time = @RevokeTime, revision = @Revision
            WHERE client_id = @ClientId AND delegation_id = @DelegationId
            """,
            new
            {
                tx.ClientId,
                after.DelegationId,
                after.Epoch,
                after.RevokedBy,
                after.RevokeReason,
                after.RevokeTime,
                after.Revision,
            }
        );
}
