using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>The reporter took it back: its part is closed, and nobody has to be told.</summary>
public static class OnComplaintWithdrawn
{
    public static Task Handle(ComplaintWithdrawn evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Complaint));
}
