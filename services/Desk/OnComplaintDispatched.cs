using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>The reporter hears that the crew is on its way.</summary>
public static class OnComplaintDispatched
{
    public static Task Handle(ComplaintDispatched evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Complaint), Telling.Of(Templates.ComplaintDispatched, evt.Complaint));
}
