using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>All that Refunds does.</summary>
public sealed class RefundsApp : ServiceApp
{
    private readonly SettleRefunds settle = new();
    private readonly ReconcilePayments reconcile = new();

    public override string Name => "refunds";

    public override IReadOnlyList<string> RequiredSettings =>
        [SettleRefunds.GatewayUrl, SettleRefunds.GatewaySecret, PersonKey.Setting];

    public override IReadOnlyList<string> OptionalSettings => [GatewayHours.Setting];

    // Hours that are wrong are told of before anything begins, not when the first refund is sent.
    public override void AddServices(IServiceCollection services, Settings settings) =>
        services
            .AddSingleton(PersonKey.Read(settings))
            .AddSingleton(GatewayHours.Read(settings))
            .AddSingleton<AdmissionQueue>();

    public override void Define(AppPage page)
    {
        page.Service<RefundsRpc>(RefundsService.Descriptor);
        page.Rpc("EnrolMember", Role.Operator);
        page.Rpc("RecordPayment", Role.Operator);
        page.Rpc("CreateDelegation", Role.ClientOfficer);
        page.Rpc("GetDelegation", Role.Agent, Role.Lead, Role.ClientOfficer, Role.Auditor);
        page.Rpc("ListDelegations", Role.Agent, Role.Lead, Role.ClientOfficer, Role.Auditor);
        page.Rpc("RevokeDelegation", Role.Lead, Role.ClientOfficer);
        page.Rpc("SuspendDelegation", Role.Lead, Role.ClientOfficer);
        page.Rpc("ResumeDelegation", Role.ClientOfficer);
        page.Rpc("NarrowDelegation", Role.Lead, Role.ClientOfficer);
        page.Rpc("QuoteRefund", Role.Agent, Role.Lead);
        page.Rpc("CreateRefund", Role.Agent, Role.Lead);
        page.Rpc("GetRefund", Role.Rider, Role.Agent, Role.Lead, Role.ClientOfficer, Role.Auditor);
        page.Rpc("ListRefunds", Role.Rider, Role.Agent, Role.Lead, Role.ClientOfficer, Role.Auditor);
        page.Rpc("ApproveRefund", Role.Lead, Role.ClientOfficer);
        page.Rpc("DeclineRefund", Role.Lead, Role.ClientOfficer);
        page.Rpc("ResolveRefund", Role.Lead, Role.ClientOfficer);
        page.Rpc("WithdrawRefund", Role.Agent, Role.Lead);
        page.Rpc("ListRefundPairs", Role.ClientOfficer, Role.Auditor);
        page.Rpc("ListPayments", Role.Rider, Role.Agent, Role.Lead, Role.ClientOfficer, Role.Auditor);
        page.Rpc("RereadPayment", Role.Anonymous);

        page.Event<RideRecorded>(OnRideRecorded.Handle);
        page.Event<VehicleChanged>(OnVehicleChanged.Handle);
        page.Event<FaultReported>(OnFaultReported.Handle);
        page.Event<FaultConfirmed>(OnFaultConfirmed.Handle);
        page.Event<FaultRejected>(OnFaultRejected.Handle);
        page.Event<FaultResolved>(OnFaultResolved.Handle);
        page.Event<CaseOpened>(OnCaseOpened.Handle);
        page.Event<CaseHandedOver>(OnCaseHandedOver.Handle);
        page.Event<CaseSubjectChanged>(OnCaseSubjectChanged.Handle);
        page.Event<CaseClosed>(OnCaseClosed.Handle);
        page.Ignore<ReporterTold>();

        page.Job(SettleRefunds.Job, TimeSpan.FromSeconds(1), settle.Run);
        page.Job(ReconcilePayments.Job, ReconcilePayments.Interval, reconcile.Run);
        page.Job(WatchDueTimes.Job, WatchDueTimes.Interval, WatchDueTimes.Run);
    }

    public override bool ReadsStanding(string method) =>
        method is nameof(CreateRefund) or nameof(SuspendDelegation) or nameof(RevokeDelegation);

    public override bool Stops(string method) =>
        method
            is nameof(SuspendDelegation)
                or nameof(NarrowDelegation)
                or nameof(RevokeDelegation)
                or nameof(EnrolMember);

    public override Task AdmitCaller(Db db, Caller caller, string clientId, CancellationToken token) =>
        MemberTable.RoleOf(caller.Role) is null
            ? Task.CompletedTask
            : db.InTransaction(clientId, tx => MemberTable.Standing(tx, caller, locked: false), token);
}
