using Google.Protobuf.WellKnownTypes;
using Mobility.Faults.V1;

namespace Mobility.Faults;

/// <summary>What this service tells the others: fields chosen one by one, no note and no place where a person
/// was.</summary>
internal static class Events
{
    public static VehicleChanged Changed(Vehicle vehicle) =>
        new()
        {
            Vehicle = vehicle.Name,
            Revision = vehicle.Revision,
            Product = vehicle.Product,
            State = vehicle.State,
            UpdateTime = vehicle.UpdateTime.ToTimestamp(),
            PrintedCode = vehicle.PrintedCode,
        };

    public static RideRecorded Recorded(Ride ride, string product) =>
        new()
        {
            Ride = ride.Name,
            Revision = ride.Revision,
            Vehicle = Names.Vehicle(ride.ClientId, ride.VehicleId),
            Rider = Names.Rider(ride.ClientId, ride.RiderId),
            StartTime = ride.StartTime.ToTimestamp(),
            EndTime = ride.EndTime?.ToTimestamp(),
            DistanceMeters = ride.DistanceMeters,
            UnlockOutcome = ride.UnlockOutcome,
            Product = product,
        };

    public static FaultSnapshot Snapshot(Fault fault) =>
        new()
        {
            Fault = fault.Name,
            Revision = fault.Revision,
            Vehicle = Names.Vehicle(fault.ClientId, fault.VehicleId),
            Category = fault.Category,
            Ride = Names.Ride(fault.ClientId, fault.RideId),
            Reporter = Names.Rider(fault.ClientId, fault.ReporterId),
            State = fault.State,
            Grounding = fault.Grounding,
            OccurTime = fault.OccurTime.ToTimestamp(),
            CreateTime = fault.CreateTime.ToTimestamp(),
            Language = fault.Language,
        };
}
