using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>It is repaired: the vehicle is free if no other open fault grounds it.</summary>
public static class ResolveFault
{
    public static Task<V1.Fault> Handle(ResolveFaultRequest request, Call call) =>
        new FaultDecision(request.Name, request.Etag, request.Note, request.RequestId, request).Take(
            call,
            (fault, now) => fault.Resolve(call.Caller.Subject, request.Note, now),
            fault => new FaultResolved { Fault = fault }
        );
}
