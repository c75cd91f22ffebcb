using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Returns a delegation with what is left of its budgets; vendors see their own only.</summary>
public static class GetDelegation
{
    public static Task<V1.Delegation> Handle(GetDelegationRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", "delegations");
        check.Done();
        var client = call.Clients.Find(name.ClientId)!;
        return call.Read(
            client.Id,
            async tx =>
            {
                var row = await DelegationTable.Get(tx, name.Id);
                if (call.Caller.Role is Role.Agent or Role.Lead)
                {
                    var member = await MemberTable.Standing(tx, call.Caller, locked: false);
                    row = string.Equals(row?.Vendor, member.Vendor, StringComparison.Ordinal) ? row : null;
                }
                return row is null
                    ? throw Errors.Unknown(Errors.DelegationUnknown, request.Name)
                    : DelegationWire.Of(client, row, await BudgetTable.DelegationWide(tx, client, row));
            }
        );
    }
}
