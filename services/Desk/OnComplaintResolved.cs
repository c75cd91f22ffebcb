using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>The complaint is answered: its part is closed, and the reporter hears what came of it.</summary>
public static class OnComplaintResolved
{
    public static Task Handle(ComplaintResolved evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Complaint), Telling.Of(Templates.ComplaintResolved, evt.Complaint));
}
