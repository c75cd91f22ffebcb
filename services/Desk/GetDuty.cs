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
        var facts = await call.Read(client.Id, tx => Ownership.Facts(tx, at));
        var lead = AssignmentRule.LeadOnDuty(facts);
        return new Duty
        {
            Shifts = { facts.OnDuty.Select(shift => shift.ToWire()) },
            Lead = Names.Person(lead?.PersonId),
            Deputy = lead?.IsDeputy ?? false,
            Open = DeskHours.Of(call.Db.Holidays.Current).Calendar.IsOpen(at),
        };
    }
}
