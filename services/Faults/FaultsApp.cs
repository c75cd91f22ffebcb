using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;
using static Mobility.Platform.Auth.Role;

namespace Mobility.Faults;

/// <summary>All that this service does, a line each.</summary>
public sealed class FaultsApp : ServiceApp
{
    public override string Name => "faults";

    public override void Define(AppPage page)
    {
        page.Service<FaultsRpc>(FaultsService.Descriptor);
        page.Rpc("RegisterVehicle", Operator);
        page.Rpc("RecordRide", Operator);
        page.Rpc("GetVehicle", Rider, Agent, Lead, Technician, ClientOfficer, Auditor, Operator);
        page.Rpc("ListRides", Rider, Agent, Lead, ClientOfficer, Auditor, Operator);
        page.Rpc("CreateFault", Rider, Agent, Lead, Technician);
        page.Rpc("GetFault", Rider, Agent, Lead, Technician, ClientOfficer, Auditor, Operator);
        page.Rpc("ListFaults", Rider, Agent, Lead, Technician, ClientOfficer, Auditor, Operator);
        page.Rpc("ConfirmFault", Technician, Lead, ClientOfficer);
        page.Rpc("RejectFault", Technician, Lead, ClientOfficer);
        page.Rpc("ResolveFault", Technician, Lead);

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
    }

    /// <summary>A person whom the client suspended is refused, riders are nobody's staff.</summary>
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
