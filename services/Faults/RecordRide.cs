using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Records a ride as the operator's system saw it; the same external id replaces the earlier record.</summary>
public static class RecordRide
{
    private const int ExternalIdLength = 64;

    /// <summary>A thousand kilometres: no battery lasts a tenth of it.</summary>
    private const long DistanceMetersMax = 1_000_000;

    public static Task<V1.Ride> Handle(RecordRideRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        check.RequestId(request.RequestId);
        check.That(request.Ride is not null, "ride", "must be set");
        var record = Read(request.Ride ?? new V1.Ride(), client, check);
        check.Done();
        return call.Once(
            client.Id,
            request.RequestId,
            request,
            async tx =>
            {
                var vehicle = await VehicleTable.Find(tx, record.VehicleId) ?? throw NoVehicle(request.Ride!.Vehicle);
                var ride = await RideTable.Replace(tx, record with { Id = call.NewId(), CreateTime = tx.Now });
                tx.Publish(Events.Recorded(ride, vehicle.Product), ride.Name);
                return Replies.Of(ride);
            }
        );
    }

    private static Ride Read(V1.Ride wire, ClientProfile client, Check check)
    {
        var vehicle = check.NameOf(client, wire.Vehicle, "ride.vehicle", Names.Vehicles);
        check.That(wire.Vehicle.Length > 0, "ride.vehicle", "must be set");
        var rider = check.NameOf(client, wire.Rider, "ride.rider", Names.Riders);
        check.That(wire.Rider.Length > 0, "ride.rider", "must be set");
        var start = check.PastTime(wire.StartTime, "ride.start_time", required: true);
        var end = check.PastTime(wire.EndTime, "ride.end_time", required: false);
        check.That(start is null || end is null || end >= start, "ride.end_time", "must not lie before start_time");
        var distance = wire.DistanceMeters;
        check.That(
            distance is >= 0 and <= DistanceMetersMax,
            "ride.distance_meters",
            $"must be 0 to {DistanceMetersMax}"
        );
        return new Ride
        {
            ClientId = client.Id,
            ExternalId = check.Text(wire.ExternalId, "ride.external_id", 1, ExternalIdLength),
            VehicleId = vehicle?.Id ?? default,
            RiderId = rider?.Id ?? default,
            StartTime = start ?? default,
            EndTime = end,
            DistanceMeters = distance,
            UnlockOutcome = check.Known(wire.UnlockOutcome, "ride.unlock_outcome"),
        };
    }

    private static Refusal NoVehicle(string name) =>
        new(StatusCode.NotFound, Errors.VehicleNotFound, $"There is no vehicle {name}.", ("vehicle", name));
}
