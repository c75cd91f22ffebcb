using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Returns one fault; another rider's is as good as none.</summary>
public static class GetFault
{
    public static async Task<V1.Fault> Handle(GetFaultRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Faults);
        check.Done();
        var fault = await call.Read(name.ClientId, tx => FaultTable.Find(tx, name.Id));
        var visible = fault is not null && (!call.Caller.IsRider || IsOwn(fault, call.Caller.Subject));
        return visible ? Replies.Of(fault!) : throw FaultTable.NotFound(name);
    }

    private static bool IsOwn(Fault fault, string rider) =>
        string.Equals(Names.Rider(fault.ClientId, fault.ReporterId), rider, StringComparison.Ordinal);
}
