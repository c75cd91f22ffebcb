using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>The answer did not hold: its part opens again, and the reporter hears that somebody looks.</summary>
public static class OnComplaintReopened
{
    public static Task Handle(ComplaintReopened evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Complaint), Telling.Of(Templates.ComplaintReopened, evt.Complaint));
}
