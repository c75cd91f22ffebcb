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

namespace Mobility.Desk;

/// <summary>All that this service does, a line each.</summary>
public sealed class DeskApp : ServiceApp
{
    public override string Name => "desk";

    public override IReadOnlyList<string> OptionalSettings => [DeliverMessages.FileSetting];

    public override void Define(AppPage page)
    {
        page.Service<DeskRpc>(DeskService.Descriptor);
        page.Rpc("CreateCase", Agent, Lead);
        page.Rpc("GetCase", Agent, Lead, ClientOfficer, Auditor);
        page.Rpc("ListCases", Agent, Lead, ClientOfficer, Auditor);
        page.Rpc("AddCaseNote", Agent, Lead, ClientOfficer);
        page.Rpc("AssignCase", Agent, Lead);
        page.Rpc("HandOverCase", Agent);
        page.Rpc("CloseCase", Agent, Lead);
        page.Rpc("RecordContact", Agent, Lead);
        page.Rpc("CreateShift", Lead);
        page.Rpc("CancelShift", Lead);
        page.Rpc("ListShifts", Agent, Lead, ClientOfficer, Auditor);
        page.Rpc("CreateRotation", Lead);
        page.Rpc("GetDuty", Agent, Lead, ClientOfficer, Auditor);
        page.Rpc("SendMessage", Agent, Lead);
        page.Rpc("ListMessages", Rider, Agent, Lead, ClientOfficer, Auditor);
        page.Rpc("GetDeskFigures", Agent, Lead, ClientOfficer, Auditor);

        page.Ignore<VehicleChanged>();
        page.Ignore<RideRecorded>();
        page.Event<FaultReported>(OnFaultReported.Handle);
        page.Event<FaultConfirmed>(OnFaultConfirmed.Handle);
        page.Event<FaultRejected>(OnFaultRejected.Handle);
        page.Event<FaultResolved>(OnFaultResolved.Handle);
        page.Event<MemberChanged>(OnMemberChanged.Handle);
        page.Ignore<DelegationChanged>();
        page.Event<RefundAwaitingEvidence>(OnRefundAwaitingEvidence.Handle);
        page.Event<RefundAwaitingApproval>(OnRefundAwaitingApproval.Handle);
        page.Event<RefundApproved>(OnRefundApproved.Handle);
        page.Event<RefundDenied>(OnRefundDenied.Handle);
        page.Event<RefundDeclined>(OnRefundDeclined.Handle);
        page.Event<RefundExpired>(OnRefundExpired.Handle);
        page.Event<RefundWithdrawn>(OnRefundWithdrawn.Handle);
        page.Event<RefundSettled>(OnRefundSettled.Handle);
        page.Event<RefundFailed>(OnRefundFailed.Handle);
        page.Event<RefundReviewNeeded>(OnRefundReviewNeeded.Handle);
        page.Event<RefundReturned>(OnRefundReturned.Handle);
        page.Event<RefundClosed>(OnRefundClosed.Handle);
        page.Event<RefundDueAlerted>(OnRefundDueAlerted.Handle);
        page.Ignore<ExternalRefundsChanged>();
        page.Event<ComplaintFiled>(OnComplaintFiled.Handle);
        page.Event<ComplaintUpheld>(OnComplaintUpheld.Handle);
        page.Event<ComplaintRejected>(OnComplaintRejected.Handle);
        page.Event<ComplaintDispatched>(OnComplaintDispatched.Handle);
        page.Event<ComplaintResolved>(OnComplaintResolved.Handle);
        page.Event<ComplaintWithdrawn>(OnComplaintWithdrawn.Handle);
        page.Event<ComplaintReopened>(OnComplaintReopened.Handle);
        page.Event<ComplaintRegrouped>(OnComplaintRegrouped.Handle);

        page.Job(DeliverMessages.Job, DeliverMessages.Interval, DeliverMessages.Run);
        page.Job(FollowRota.Job, FollowRota.Interval, FollowRota.Run);
    }

    /// <summary>A person whom the client suspended is refused, riders are nobody's staff.</summary>
    public override async Task AdmitCaller(Db db, Caller caller, string clientId, CancellationToken token)
    {
        if (caller.IsRider)
        {
            return;
        }

        if (await db.InTransaction(clientId, tx => MemberTable.IsSuspended(tx, caller.Subject), token))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.MemberSuspended,
                "The client has suspended the member."
            );
        }
    }
}
