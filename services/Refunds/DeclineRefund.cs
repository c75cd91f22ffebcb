using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Refuses a refund that waits; what was held is free again. A no may come at any step and from who agreed before: what
/// narrows needs no chain.
/// </summary>
public static class DeclineRefund
{
    public static Task<V1.Refund> Handle(DeclineRefundRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", "refunds");
        check.Text(request.Note, "note", 1, Limits.TextLength);
        check.RequestId(request.RequestId);
        check.Done();
        return call.Once(name.ClientId, request.RequestId, request, tx => Decline(tx, name, request.Note, call));
    }

    private static async Task<V1.Refund> Decline(Tx tx, ResourceName name, string note, Call call)
    {
        var waiting = await SecondPerson.Enter(tx, call.Caller, name);
        SecondPerson.MustDiffer(waiting);
        SecondPerson.MustWait(tx, waiting.Row);
        var after = waiting.Row.Refund.Decline(call.Caller.Subject, note, tx.Now);
        await RefundWrites.Step(tx, waiting.Row, after);
        return RefundWire.Of(waiting.Row with { Refund = after });
    }
}
