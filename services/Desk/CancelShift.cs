using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Takes a shift back.</summary>
public static class CancelShift
{
    public static Task<V1.Shift> Handle(CancelShiftRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Shift.Collection);
        check.RequestId(request.RequestId);
        check.Done();
        return call.Once(
            name.ClientId,
            request.RequestId,
            request,
            async tx =>
            {
                var shift =
                    await ShiftTable.FindForUpdate(tx, name.Id)
                    ?? throw new Refusal(
                        StatusCode.NotFound,
                        Errors.ShiftNotFound,
                        $"There is no shift {name}.",
                        ("name", name.ToString())
                    );
                var cancelled = shift.Cancel(tx.Now);
                await ShiftTable.Save(tx, cancelled);
                tx.Wake(FollowRota.Job);
                return cancelled.ToWire();
            }
        );
    }
}
