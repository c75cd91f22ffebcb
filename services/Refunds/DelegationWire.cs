using Google.Protobuf.WellKnownTypes;
using Mobility.Platform;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A delegation as the protos write it.</summary>
public static class DelegationWire
{
    public static string NameOf(string clientId, Guid delegationId) =>
        new ResourceName(clientId, "delegations", delegationId).ToString();

    public static V1.Delegation Of(ClientProfile client, DelegationRow row, IEnumerable<BudgetBalance> balances)
    {
        var policy = row.Policy();
        var wire = WithoutPolicy(client.Id, row);
        wire.Clauses.AddRange(policy.Clauses.Select(clause => Of(client, clause)));
        wire.Budgets.AddRange(policy.Budgets.Select(budget => Of(client, budget)));
        wire.Balances.AddRange(balances);
        wire.SplittingWindowHours = policy.SplittingWindowHours;
        return wire;
    }

    /// <summary>All but clauses, budgets, balances and window, for one whose stored policy is damaged.</summary>
    public static V1.Delegation WithoutPolicy(string clientId, DelegationRow row) =>
        new()
        {
            Name = NameOf(clientId, row.DelegationId),
            Vendor = row.Vendor,
            StartTime = row.StartTime.ToTimestamp(),
            ExpireTime = row.ExpireTime.ToTimestamp(),
            State = row.State,
            Epoch = row.Epoch,
            PolicyHash = row.PolicyHash,
            PolicyVersion = row.PolicyVersion,
            GrantedBy = row.GrantedBy,
            SuspendedBy = row.SuspendedBy,
            SuspendReason = row.SuspendReason,
            SuspendTime = row.SuspendTime?.ToTimestamp(),
            RevokedBy = row.RevokedBy,
            RevokeReason = row.RevokeReason,
            RevokeTime = row.RevokeTime?.ToTimestamp(),
            CreateTime = row.CreateTime.ToTimestamp(),
            Revision = row.Revision,
            Etag = $"\"{row.Revision}\"",
        };

    public static DelegationChanged Changed(string clientId, DelegationRow row) =>
        new()
        {
            Delegation = NameOf(clientId, row.DelegationId),
            Revision = row.Revision,
            Vendor = row.Vendor,
            State = row.State,
            Epoch = row.Epoch,
            PolicyHash = row.PolicyHash,
            StartTime = row.StartTime.ToTimestamp(),
            ExpireTime = row.ExpireTime.ToTimestamp(),
        };

    private static V1.Clause Of(ClientProfile client, Clause clause)
    {
        var wire = new V1.Clause
        {
            Id = clause.Id,
            Effect = clause.Effect,
            MinLevel = clause.MinLevel,
            MinAmount = Amount(client, clause.MinAmount),
            MaxAmount = Amount(client, clause.MaxAmount),
            MaxShareBasisPoints = clause.MaxShareBasisPoints ?? 0,
            MaxRideAgeHours = clause.MaxRideAgeHours ?? 0,
            Tier = clause.Tier,
        };
        wire.Actions.AddRange(clause.Actions);
        wire.Products.AddRange(clause.Products);
        wire.Reasons.AddRange(clause.Reasons);
        wire.Instruments.AddRange(clause.Instruments);
        wire.Actors.AddRange(clause.Actors);
        wire.Evidence.AddRange(clause.Evidence);
        foreach (var window in clause.Windows)
        {
            var part = new V1.TimeWindow { StartMinute = window.StartMinute, EndMinute = window.EndMinute };
            part.DaysOfWeek.AddRange(window.Days);
            wire.Windows.Add(part);
        }
        return wire;
    }

    private static V1.Budget Of(ClientProfile client, Budget budget)
    {
        var wire = new V1.Budget
        {
            Id = budget.Id,
            Dimension = budget.Dimension,
            Window = budget.Window,
            WindowHours = budget.WindowHours,
            LimitAmount = Amount(client, budget.LimitAmount),
            LimitCount = budget.LimitCount ?? 0,
            OnBreach = budget.OnBreach,
        };
        wire.Actors.AddRange(budget.Actors);
        wire.Reasons.AddRange(budget.Reasons);
        return wire;
    }

    private static Type.V1.Money? Amount(ClientProfile client, long? minor) =>
        minor is { } value ? new Money(value, client.Currency).ToWire() : null;
}
