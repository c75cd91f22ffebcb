using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>Hands each call to the file that bears its name.</summary>
public sealed class ParkingRpc(ParkingKeys keys) : ParkingService.ParkingServiceBase
{
    public override Task<V1.Complaint> CreateComplaint(CreateComplaintRequest request, ServerCallContext context) =>
        Parking.CreateComplaint.Handle(request, Call.Of(context), keys);

    public override Task<TrackedComplaint> TrackComplaint(TrackComplaintRequest request, ServerCallContext context) =>
        Parking.TrackComplaint.Handle(request, Call.Of(context), keys);

    public override Task<Place> LookUpPlace(LookUpPlaceRequest request, ServerCallContext context) =>
        Parking.LookUpPlace.Handle(request, Call.Of(context));

    public override Task<ZoneImport> ImportZones(ImportZonesRequest request, ServerCallContext context) =>
        Parking.ImportZones.Handle(request, Call.Of(context));

    public override Task<ListZonesResponse> ListZones(ListZonesRequest request, ServerCallContext context) =>
        Parking.ListZones.Handle(request, Call.Of(context));

    public override Task<PositionImport> ImportPositions(ImportPositionsRequest request, ServerCallContext context) =>
        Parking.ImportPositions.Handle(request, Call.Of(context));
}
