using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>The reporter hears that the complaint is right.</summary>
public static class OnComplaintUpheld
{
    public static Task Handle(ComplaintUpheld evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Complaint), Telling.Of(Templates.ComplaintUpheld, evt.Complaint));
}
