using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;
using static Mobility.Platform.Auth.Role;

namespace Mobility.Parking;

/// <summary>All that this service does, a line each.</summary>
public sealed class ParkingApp : ServiceApp
{
    public override string Name => "parking";

    public override IReadOnlyList<string> DatabaseExtensions => ["postgis"];

    public override IReadOnlyList<string> RequiredSettings =>
        [ParkingKeys.TrackingKeySetting, ParkingKeys.ContactKeySetting];

    public override IReadOnlyList<string> OptionalSettings => [Boundaries.Setting];

    /// <summary>A photo of 3 MiB, or a part of a vehicle feed, with its request around it.</summary>
    public override int RequestBytes => (4 * 1024 * 1024) + (64 * 1024);

    public override void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddSingleton(ParkingKeys.Read(settings));
        // A boundary file that cannot be read stops the start, not the first complaint.
        _ = Boundaries.Current;
    }

    public override void Define(AppPage page)
    {
        page.Service<ParkingRpc>(ParkingService.Descriptor);
        page.Rpc("CreateComplaint", Anonymous, Agent, Lead);
        page.Rpc("AddComplaintPhoto", Anonymous, Agent, Lead, Technician);
        page.Rpc("GetComplaintPhoto", Anonymous, Agent, Lead, Technician, ClientOfficer, Auditor);
        page.Rpc("TrackComplaint", Anonymous);
        page.Rpc("WithdrawComplaint", Anonymous);
        page.Rpc("GiveComplaintFeedback", Anonymous);
        page.Rpc("ReopenComplaint", Anonymous, Agent, Lead);
        page.Rpc("LookUpPlace", Anonymous, Rider, Agent, Lead, Technician, ClientOfficer, Operator);
        page.Rpc("GetComplaint", Agent, Lead, Technician, ClientOfficer, Auditor);
        page.Rpc("ListComplaints", Agent, Lead, Technician, ClientOfficer, Auditor);
        page.Rpc("GetComplaintContact", Agent, Lead);
        page.Rpc("EraseComplaintContact", Lead, ClientOfficer);
        page.Rpc("UpholdComplaint", Agent, Lead, ClientOfficer);
        page.Rpc("RejectComplaint", Agent, Lead, ClientOfficer);
        page.Rpc("DispatchComplaint", Agent, Lead, ClientOfficer);
        page.Rpc("ResolveComplaint", Agent, Lead, Technician);
        page.Rpc("SplitComplaint", Lead, ClientOfficer);
        page.Rpc("ListRemovals", Agent, Lead, Technician, ClientOfficer, Auditor);
        page.Rpc("ImportZones", Operator);
        page.Rpc("ListZones", Anonymous, Rider, Agent, Lead, Technician, ClientOfficer, Auditor, Operator);
        page.Rpc("ImportPositions", Operator);

        page.Event<VehicleChanged>(OnVehicleChanged.Handle);
        page.Event<RideRecorded>(OnRideRecorded.Handle);
        page.Ignore<FaultReported>();
        page.Ignore<FaultConfirmed>();
        page.Ignore<FaultRejected>();
        page.Ignore<FaultResolved>();
        page.Event<MemberChanged>(OnMemberChanged.Handle);
        page.Ignore<DelegationChanged>();
        page.Ignore<RefundAwaitingEvidence>();
        page.Ignore<RefundAwaitingApproval>();
        page.Ignore<RefundApproved>();
        page.Ignore<RefundDenied>();
        page.Ignore<RefundDeclined>();
        page.Ignore<RefundExpired>();
        page.Ignore<RefundWithdrawn>();
        page.Ignore<RefundSettled>();
        page.Ignore<RefundFailed>();
        page.Ignore<RefundReviewNeeded>();
        page.Ignore<RefundReturned>();
        page.Ignore<RefundClosed>();
        page.Ignore<ExternalRefundsChanged>();
        page.Ignore<RefundDueAlerted>();
        page.Event<ReporterTold>(OnReporterTold.Handle);
        page.Ignore<CaseOpened>();
        page.Ignore<CaseHandedOver>();
        page.Ignore<CaseClosed>();
        page.Ignore<CaseSubjectChanged>();

        page.Job("erase-due", EraseDue.Interval, EraseDue.Run);
    }

    /// <summary>A person whom the client suspended is refused; riders are nobody's staff.</summary>
    public override async Task AdmitCaller(Db db, Caller caller, string clientId, CancellationToken token)
    {
        if (caller.IsRider)
        {
            return;
        }

        var suspended = await db.InTransaction(clientId, tx => MemberTable.IsSuspended(tx, caller.Subject), token);
        if (suspended)
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.MemberSuspended,
                "The client has suspended the member."
            );
        }
    }
}
