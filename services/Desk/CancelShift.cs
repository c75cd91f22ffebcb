using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Data;
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
                await DemandOwn(tx, shift, call.Caller.Vendor);
                var cancelled = shift.Cancel(tx.Now);
                await ShiftTable.Save(tx, cancelled);
                tx.Wake(FollowRota.Job);
                return cancelled.ToWire();
            }
        );
    }

    /// <summary>Several vendors may answer for one client; none takes the other's people off duty.</summary>
    private static async Task DemandOwn(Tx tx, Shift shift, string? vendor)
    {
        var theirs = await tx.One<string>(
            """
            SELECT vendor FROM members WHERE client_id = @ClientId AND person_id = @PersonId
            """,
            new { tx.ClientId, shift.PersonId }
        );
        if (!string.Equals(theirs, vendor, StringComparison.Ordinal))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.OtherVendor,
                "A lead takes back the shifts of the own vendor's people only.",
                ("vendor", theirs ?? "")
            );
        }
    }
}
