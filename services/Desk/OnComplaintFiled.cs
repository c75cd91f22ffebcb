using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>Somebody complained: the episode's case is opened or joined, and the reporter hears that it came.</summary>
public static class OnComplaintFiled
{
    public static Task Handle(ComplaintFiled evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Complaint), Telling.Of(Templates.ComplaintReceived, evt.Complaint));
}
