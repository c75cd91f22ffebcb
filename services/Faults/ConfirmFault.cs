using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>It is real: what was held until now grounds the vehicle.</summary>
public static class ConfirmFault
{
    public static Task<V1.Fault> Handle(ConfirmFaultRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Faults);
        var note = check.Text(request.Note, "note", 0, Limits.TextLength);
        check.RequestId(request.RequestId);
        check.Done();
        return call.Once(
            name.ClientId,
            request.RequestId,
            request,
            async tx =>
            {
                var fault = await FaultTable.GetForUpdate(tx, name, request.Etag);
                var after = fault.Confirm(call.Caller.Subject, note, tx.Now);
                await FaultTable.Save(tx, after);
                tx.Publish(new FaultConfirmed { Fault = Events.Snapshot(after) }, after.Name);
                return Replies.Of(after);
            }
        );
    }
}
