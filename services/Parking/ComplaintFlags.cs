using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>What is odd about a complaint: told to whoever decides, and no reason to turn it away.</summary>
internal static class ComplaintFlags
{
    /// <summary>Those that are found anew when a person names the vehicles.</summary>
    public static readonly ComplaintFlag[] OfVehicles =
    [
        ComplaintFlag.UnknownVehicleCode,
        ComplaintFlag.VehicleElsewhere,
    ];

    public static async Task<IReadOnlyList<ComplaintFlag>> Of(Tx tx, Complaint complaint, ClientProfile client)
    {
        var flags = new List<ComplaintFlag>();
        Add(ComplaintFlag.UnknownVehicleCode, complaint.VehicleIds.Length < complaint.PrintedCodes.Length);
        Add(ComplaintFlag.OccurredLongAgo, complaint.OccurTime < tx.Now - Limits.ReportAge);
        Add(ComplaintFlag.OutsideServiceArea, !client.Serves(complaint.Latitude, complaint.Longitude));
        Add(ComplaintFlag.ParkingPermittedHere, complaint.ZoneParking == ZoneParking.Permitted);
        Add(ComplaintFlag.VehicleElsewhere, await IsElsewhere(tx, complaint));
        return flags;

        void Add(ComplaintFlag flag, bool holds)
        {
            if (holds)
            {
                flags.Add(flag);
            }
        }
    }

    /// <summary>Does one of the vehicles stand farther from the point than both uncertainties allow?</summary>
    private static async Task<bool> IsElsewhere(Tx tx, Complaint complaint)
    {
        foreach (var vehicle in complaint.VehicleIds)
        {
            if (await VehiclePositions.Find(tx, vehicle) is not { } at)
            {
                continue;
            }

            var meters = Ellipsoid.Meters(complaint.Latitude, complaint.Longitude, at.Latitude, at.Longitude);
            if (meters > complaint.AccuracyMeters + VehiclePositions.MoveMeters)
            {
                return true;
            }
        }

        return false;
    }
}
