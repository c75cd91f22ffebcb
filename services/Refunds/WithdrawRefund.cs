using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Takes back a refund that waits for agreement or evidence, by who asked for it; what was held is free
/// again.</summary>
public static class WithdrawRefund
{
    public static Task<V1.Refund> Handle(WithdrawRefundRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", "refunds");
        check.RequestId(request.RequestId);
        check.Done();
        return call.Once(name.ClientId, request.RequestId, request, tx => Withdraw(tx, name, call));
    }

    private static async Task<V1.Refund> Withdraw(Tx tx, ResourceName name, Call call)
    {
        await MemberTable.Standing(tx, call.Caller, locked: true);
        var row = await RefundTable.Locked(tx, name.Id) ?? throw Errors.Unknown(Errors.RefundUnknown, name.ToString());
        if (!string.Equals(row.RequestedBy, call.Caller.Subject, StringComparison.Ordinal))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.NotRequester,
                "Only the one who asked for a refund takes it back; others decline it."
            );
        }
        SecondPerson.MustWait(tx, row, orForEvidence: true);
        var after = row.Refund.TakeBack(call.Caller.Subject, tx.Now);
        await RefundWrites.Step(tx, row, after);
        return RefundWire.Of(row with { Refund = after });
    }
}
