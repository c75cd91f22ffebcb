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

    public override Task<Photo> AddComplaintPhoto(AddComplaintPhotoRequest request, ServerCallContext context) =>
        Parking.AddComplaintPhoto.Handle(request, Call.Of(context), keys);

    public override Task<Photo> GetComplaintPhoto(GetComplaintPhotoRequest request, ServerCallContext context) =>
        Parking.GetComplaintPhoto.Handle(request, Call.Of(context), keys);

    public override Task<TrackedComplaint> WithdrawComplaint(
        WithdrawComplaintRequest request,
        ServerCallContext context
    ) => Parking.WithdrawComplaint.Handle(request, Call.Of(context), keys);

    public override Task<TrackedComplaint> GiveComplaintFeedback(
        GiveComplaintFeedbackRequest request,
        ServerCallContext context
    ) => Parking.GiveComplaintFeedback.Handle(request, Call.Of(context), keys);

    public override Task<TrackedComplaint> ReopenComplaint(ReopenComplaintRequest request, ServerCallContext context) =>
        Parking.ReopenComplaint.Handle(request, Call.Of(context), keys);

    public override Task<V1.Complaint> GetComplaint(GetComplaintRequest request, ServerCallContext context) =>
        Parking.GetComplaint.Handle(request, Call.Of(context));

    public override Task<ListComplaintsResponse> ListComplaints(
        ListComplaintsRequest request,
        ServerCallContext context
    ) => Parking.ListComplaints.Handle(request, Call.Of(context));

    public override Task<ComplaintContact> GetComplaintContact(
        GetComplaintContactRequest request,
        ServerCallContext context
    ) => Parking.GetComplaintContact.Handle(request, Call.Of(context), keys);

    public override Task<V1.Complaint> EraseComplaintContact(
        EraseComplaintContactRequest request,
        ServerCallContext context
    ) => Parking.EraseComplaintContact.Handle(request, Call.Of(context));

    public override Task<V1.Complaint> UpholdComplaint(UpholdComplaintRequest request, ServerCallContext context) =>
        Parking.UpholdComplaint.Handle(request, Call.Of(context));

    public override Task<V1.Complaint> RejectComplaint(RejectComplaintRequest request, ServerCallContext context) =>
        Parking.RejectComplaint.Handle(request, Call.Of(context));

    public override Task<V1.Complaint> DispatchComplaint(DispatchComplaintRequest request, ServerCallContext context) =>
        Parking.DispatchComplaint.Handle(request, Call.Of(context));

    public override Task<V1.Complaint> ResolveComplaint(ResolveComplaintRequest request, ServerCallContext context) =>
        Parking.ResolveComplaint.Handle(request, Call.Of(context));

    public override Task<V1.Complaint> SplitComplaint(SplitComplaintRequest request, ServerCallContext context) =>
        Parking.SplitComplaint.Handle(request, Call.Of(context));

    public override Task<ListRemovalsResponse> ListRemovals(ListRemovalsRequest request, ServerCallContext context) =>
        Parking.ListRemovals.Handle(request, Call.Of(context));
}
