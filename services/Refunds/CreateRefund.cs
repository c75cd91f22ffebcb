using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Asks for a refund; what the delegation does not allow is stored as DENIED with every reason.</summary>
public static class CreateRefund
{
    public static Task<V1.Refund> Handle(CreateRefundRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var asked = RefundRequest.Read(check, client, request.Refund);
        check.RequestId(request.RequestId);
        check.Done();
        return call.Once(client.Id, request.RequestId, request, tx => Create(tx, asked, call));
    }

    private static async Task<V1.Refund> Create(Tx tx, RefundAsked asked, Call call)
    {
        var (requester, delegationId) = await RefundRequest.Requester(tx, call.Caller, locked: true);
        return RefundWire.Of(await Admission.Admit(tx, asked, requester, delegationId));
    }
}
