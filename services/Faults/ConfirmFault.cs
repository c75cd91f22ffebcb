using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>It is real: what was held until now grounds the vehicle.</summary>
public static class ConfirmFault
{
    public static Task<V1.Fault> Handle(ConfirmFaultRequest request, Call call) =>
        new FaultDecision(request.Name, request.Etag, request.Note, request.RequestId, request).Take(
            call,
            (fault, now) => fault.Confirm(call.Caller.Subject, request.Note, now),
            fault => new FaultConfirmed { Fault = fault }
        );
}
