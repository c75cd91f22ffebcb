using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>It is not real: the vehicle is free if no other open fault grounds it.</summary>
public static class RejectFault
{
    public static Task<V1.Fault> Handle(RejectFaultRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Faults);
        var note = check.Text(request.Note, "note", 1, Limits.TextLength);
        check.RequestId(request.RequestId);
        check.Done();
        return call.Once(
            name.ClientId,
            request.RequestId,
            request,
            async tx =>
            {
                var fault = await FaultTable.GetForUpdate(tx, name, request.Etag);
                var after = fault.Reject(call.Caller.Subject, note, tx.Now);
                await FaultTable.Save(tx, after);
                tx.Publish(new FaultRejected { Fault = Events.Snapshot(after) }, after.Name);
                return Replies.Of(after);
            }
        );
    }
}
