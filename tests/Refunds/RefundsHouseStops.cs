using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Delegation = Mobility.Refunds.V1.Delegation;

namespace Mobility.Tests.Refunds;

/// <summary>Who stops, resumes and narrows a delegation of the house.</summary>
internal sealed partial class RefundsHouse
{
    /// <summary>An officer who signed in six minutes ago.</summary>
    public Metadata AsStaleOfficer =>
        TestService.Bearer(TestIssuer.Token(Role.ClientOfficer, Officer, Now, authTime: Now.AddMinutes(-6)));

    public static SuspendDelegationRequest Suspending(Delegation delegation) =>
        new()
        {
            Name = delegation.Name,
            Reason = "이상 징후 확인",
            RequestId = NewId(),
        };

    public static ResumeDelegationRequest Resuming(Delegation delegation) =>
        new()
        {
            Name = delegation.Name,
            Reason = "확인 완료",
            RequestId = NewId(),
        };

    /// <summary>The terms that it has, to be narrowed.</summary>
    public static NarrowDelegationRequest Narrowing(Delegation delegation, Action<Delegation> change)
    {
        var terms = new Delegation { Clauses = { delegation.Clauses }, Budgets = { delegation.Budgets } };
        terms = terms.Clone();
        change(terms);
        return new()
        {
            Name = delegation.Name,
            Delegation = terms,
            Reason = "한도 축소",
            RequestId = NewId(),
        };
    }

    public async Task<Delegation> Suspend(Delegation delegation, Metadata? caller = null) =>
        await Rpc.SuspendDelegationAsync(Suspending(delegation), caller ?? AsOfficer);

    public async Task<Delegation> Resume(Delegation delegation, Metadata? caller = null) =>
        await Rpc.ResumeDelegationAsync(Resuming(delegation), caller ?? AsOfficer);

    public async Task<Delegation> Narrow(Delegation delegation, Action<Delegation> change, Metadata? caller = null) =>
        await Rpc.NarrowDelegationAsync(Narrowing(delegation, change), caller ?? AsOfficer);

    /// <summary>What was done to the house's delegations, in order.</summary>
    public Task<IReadOnlyList<(string Act, long Epoch, string Person)>> Changes() =>
        Rows<(string, long, string)>(
            """SELECT act, epoch, person FROM delegation_change ORDER BY create_time, epoch"""
        );
}
