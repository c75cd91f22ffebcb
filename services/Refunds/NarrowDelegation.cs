using System.Collections.Immutable;
using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Puts narrower terms in force at once, by either side and without anybody's agreement. Whether they are narrower is
/// found out here and not claimed by the caller; what is not provably narrower is a grant, which is an officer's.
/// </summary>
public static class NarrowDelegation
{
    public static Task<V1.Delegation> Handle(NarrowDelegationRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", "delegations");
        // Products and currency of the terms are the client's, so the name comes first.
        check.Done();
        var client = call.Clients.Find(name.ClientId)!;
        check.That(request.Delegation is not null, "delegation", "must be set");
        var terms = request.Delegation ?? new V1.Delegation();
        var expire = check.Time(terms.ExpireTime, "delegation.expire_time", required: false);
        check.That(expire is null || expire > call.Now, "delegation.expire_time", "must be in the future");
        var policy = new PolicyReader(check, client, ReasonCatalogue.Current).Read(terms);
        check.Text(request.Reason, "reason", 1, Limits.TextLength);
        check.RequestId(request.RequestId);
        check.Done();
        var asked = new Asked(policy, terms.SplittingWindowHours, expire, request.Reason);
        return DelegationChange.Once(
            call,
            name,
            request.RequestId,
            request,
            (tx, row) => Narrow(tx, client, row, asked, call)
        );
    }

    private static async Task<V1.Delegation> Narrow(
        Tx tx,
        ClientProfile client,
        DelegationRow row,
        Asked asked,
        Call call
    )
    {
        var before = new Terms(row.Policy(), row.ExpireTime);
        // The catalogue that the officer granted under stays: another one may know other reasons.
        var after = new Terms(
            asked.Policy with
            {
                Catalogue = before.Policy.Catalogue,
                SplittingWindowHours =
                    asked.Hours == 0 ? before.Policy.SplittingWindowHours : asked.Policy.SplittingWindowHours,
            },
            asked.ExpireTime ?? row.ExpireTime
        );
        MustBeNarrower(Narrowing.Wider(before, after), row);
        if (after.ExpireTime <= row.StartTime)
        {
            throw Refusal.Fields([new("delegation.expire_time", "must be later than start_time")]);
        }
        var hash = after.Policy.Hash();
        var changed = row with { ExpireTime = after.ExpireTime };
        if (!string.Equals(hash, row.PolicyHash, StringComparison.Ordinal))
        {
            changed = changed with
            {
                PolicyVersion = row.PolicyVersion + 1,
                PolicyJson = after.Policy.ToJson(),
                PolicyHash = hash,
            };
            await DelegationTable.SetPolicy(tx, changed, call.Caller.Subject);
        }
        // The same terms again stop nothing.
        return changed == row
            ? DelegationWire.Of(client, row, await BudgetTable.DelegationWide(tx, client, row))
            : await DelegationChange.Save(tx, client, changed, DelegationAct.Narrow, call.Caller.Subject, asked.Reason);
    }

    private static void MustBeNarrower(ImmutableArray<WiderPart> wider, DelegationRow row)
    {
        if (!wider.IsEmpty)
        {
            throw new Refusal(
                StatusCode.InvalidArgument,
                Errors.NotNarrower,
                "The terms are not provably narrower than those in force.",
                ("policy_hash", row.PolicyHash)
            )
            {
                Violations = [.. wider.Select(part => new Violation($"delegation.{part.Path}", part.Why))],
            };
        }
    }

    private sealed record Asked(Policy Policy, int Hours, DateTimeOffset? ExpireTime, string Reason);
}
