using Google.Protobuf.WellKnownTypes;
using Mobility.Type.V1;

namespace Mobility.Faults;

/// <summary>Resources as callers get them.</summary>
internal static class Replies
{
    public static V1.Vehicle Of(Vehicle vehicle) =>
        new()
        {
            Name = vehicle.Name,
            PrintedCode = vehicle.PrintedCode,
            Product = vehicle.Product,
            ExternalId = vehicle.ExternalId,
            State = vehicle.State,
            GroundTime = vehicle.GroundTime?.ToTimestamp(),
            CreateTime = vehicle.CreateTime.ToTimestamp(),
            UpdateTime = vehicle.UpdateTime.ToTimestamp(),
            Revision = vehicle.Revision,
            Etag = Etag(vehicle.Revision),
        };

    public static V1.Ride Of(Ride ride) =>
        new()
        {
            Name = ride.Name,
            ExternalId = ride.ExternalId,
            Vehicle = Names.Vehicle(ride.ClientId, ride.VehicleId),
            Rider = Names.Rider(ride.ClientId, ride.RiderId),
            StartTime = ride.StartTime.ToTimestamp(),
            EndTime = ride.EndTime?.ToTimestamp(),
            DistanceMeters = ride.DistanceMeters,
            UnlockOutcome = ride.UnlockOutcome,
            CreateTime = ride.CreateTime.ToTimestamp(),
            Revision = ride.Revision,
            Etag = Etag(ride.Revision),
        };

    public static V1.Fault Of(Fault fault) =>
        new()
        {
            Name = fault.Name,
            PrintedCode = fault.PrintedCode,
            Vehicle = Names.Vehicle(fault.ClientId, fault.VehicleId),
            Category = fault.Category,
            Note = fault.Note,
            Language = fault.Language,
            Ride = Names.Ride(fault.ClientId, fault.RideId),
            Position = fault is { Latitude: { } latitude, Longitude: { } longitude }
                ? new LatLng { Latitude = latitude, Longitude = longitude }
                : null,
            PositionAccuracyMeters = fault.AccuracyMeters,
            Channel = fault.Channel,
            OccurTime = fault.OccurTime.ToTimestamp(),
            Reporter = Names.Rider(fault.ClientId, fault.ReporterId),
            FiledBy = fault.FiledBy,
            State = fault.State,
            SafetyCritical = fault.SafetyCritical,
            Grounding = fault.Grounding,
            GroundingReason = fault.GroundingReason,
            Flags = { fault.Flags },
            DecisionNote = fault.DecisionNote,
            DecidedBy = fault.DecidedBy,
            CreateTime = fault.CreateTime.ToTimestamp(),
            UpdateTime = fault.UpdateTime.ToTimestamp(),
            Revision = fault.Revision,
            Etag = fault.Etag,
        };

    public static string Etag(long revision) => $"\"{revision}\"";
}
