using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>The complaint is answered: its part is closed, and the reporter hears why.</summary>
public static class OnComplaintRejected
{
    public static Task Handle(ComplaintRejected evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Complaint), Telling.Of(Templates.ComplaintRejected, evt.Complaint));
}
