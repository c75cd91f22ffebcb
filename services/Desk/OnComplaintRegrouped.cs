using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>It belongs to another episode now: its part moves to that episode's case.</summary>
public static class OnComplaintRegrouped
{
    public static Task Handle(ComplaintRegrouped evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Complaint));
}
