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
        page.Ignore<FaultReported>();
        page.Ignore<FaultConfirmed>();
        page.Ignore<FaultRejected>();
        page.Ignore<FaultResolved>();
        page.Event<MemberChanged>(OnMemberChanged.Handle);
        page.Ignore<DelegationChanged>();
        page.Ignore<RefundAwaitingApproval>();
        page.Ignore<RefundApproved>();
        page.Ignore<RefundDenied>();
        page.Ignore<RefundDeclined>();
        page.Ignore<RefundExpired>();
        page.Ignore<RefundWithdrawn>();
        page.Ignore<RefundSettled>();
        page.Ignore<RefundFailed>();
        page.Ignore<RefundReviewNeeded>();
        page.Ignore<ComplaintFiled>();
        page.Ignore<ComplaintUpheld>();
        page.Ignore<ComplaintRejected>();
        page.Ignore<ComplaintDispatched>();
        page.Ignore<ComplaintResolved>();
        page.Ignore<ComplaintWithdrawn>();
        page.Ignore<ComplaintReopened>();
        page.Ignore<ComplaintRegrouped>();
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
