using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Returns one refund; a rider who asks for another's learns no more than that there is none.</summary>
public static class GetRefund
{
    public static Task<V1.Refund> Handle(GetRefundRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", "refunds");
        check.Done();
        return call.Read(
            name.ClientId,
            async tx =>
            {
                var row = await RefundTable.Get(tx, name.Id);
                var mine = !call.Caller.IsRider || row?.CustomerId == ListRefunds.RiderId(call, name.ClientId);
                return row is not null && mine
                    ? RefundWire.For(call.Caller, (await PresentRequest.Of(tx, [row]))[0])
                    : throw Errors.Unknown(Errors.RefundUnknown, request.Name);
            }
        );
    }
}
