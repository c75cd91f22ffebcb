using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Lists the shifts that stand and touch a span of time.</summary>
public static class ListShifts
{
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(100);

    public static async Task<ListShiftsResponse> Handle(ListShiftsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var start = check.Time(request.StartTime, "start_time", required: true);
        var end = check.Time(request.EndTime, "end_time", required: true);
        if (start is not null && end is not null)
        {
            check.That(end > start, "end_time", "must be after the start");
            check.That(end - start <= LongestSpan, "end_time", "must be at most 100 days after the start");
        }

        var named = request.Person.Length > 0;
        var known = ResourceName.TryParseTop(request.Person, "people", out var person);
        check.That(!named || known, "person", "must have the form people/{uuid}");
        check.Done();
        var span = new Period(start!.Value, end!.Value);
        var shifts = await call.Read(client.Id, tx => ShiftTable.Touching(tx, span, named ? person : null));
        return new ListShiftsResponse { Shifts = { shifts.Select(shift => shift.ToWire()) } };
    }
}
