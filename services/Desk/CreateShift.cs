using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Puts a member on duty.</summary>
public static class CreateShift
{
    public static Task<V1.Shift> Handle(CreateShiftRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        check.That(request.Shift is not null, "shift", "must be set");
        var wire = request.Shift ?? new V1.Shift();
        var known = ResourceName.TryParseTop(wire.Person, "people", out var person);
        check.That(known, "shift.person", "must have the form people/{uuid}");
        check.Known(wire.Role, "shift.role");
        var start = check.Time(wire.StartTime, "shift.start_time", required: true);
        var end = check.Time(wire.EndTime, "shift.end_time", required: true);
        if (start is not null && end is not null)
        {
            check.That(end > start, "shift.end_time", "must be after the start");
            check.That(end - start <= Shift.LongestSpan, "shift.end_time", "must be at most 14 hours after the start");
        }

        check.Done();
        return call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                var shift = new Shift
                {
                    ClientId = client.Id,
                    Id = call.NewId(),
                    PersonId = person,
                    Alias = await DutyStanding.Admit(tx, person, wire.Role, call.Caller.Vendor),
                    Role = wire.Role,
                    StartTime = start!.Value,
                    EndTime = end!.Value,
                };
                await ShiftTable.Insert(tx, [shift]);
                tx.Wake(FollowRota.Job);
                return shift.ToWire();
            }
        );
    }
}
