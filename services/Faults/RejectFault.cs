using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>It is not real: the vehicle is free if no other open fault grounds it.</summary>
public static class RejectFault
{
    public static Task<V1.Fault> Handle(RejectFaultRequest request, Call call) =>
        new FaultDecision(request.Name, request.Etag, request.Note, request.RequestId, request) { NoteMin = 1 }.Take(
            call,
            (fault, now) => fault.Reject(call.Caller.Subject, request.Note, now),
            fault => new FaultRejected { Fault = fault }
        );
}
