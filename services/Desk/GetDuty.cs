using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Says who is on duty at an instant.</summary>
public static class GetDuty
{
    public static async Task<Duty> Handle(GetDutyRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var at = check.Time(request.Time, "time", required: false) ?? call.Now;
        check.Done();
        var shifts = await call.Read(client.Id, tx => Rota.OnDuty(tx, at));
        var lead = Rota.LeadAmong(shifts);
        return new Duty
        {
            Shifts = { shifts.Select(shift => shift.ToWire()) },
            Lead = Names.Person(lead?.PersonId),
            Deputy = lead?.IsDeputy ?? false,
            Open = DeskHours.Current.Calendar.IsOpen(at),
        };
    }
}
