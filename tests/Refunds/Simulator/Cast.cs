using Mobility.Platform.Auth;
using Mobility.Refunds.V1;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>Somebody of a history.</summary>
internal sealed record Player(string Alias, Role Role, string Person, string? Vendor)
{
    public bool IsSuspended { get; set; }

    public MemberRole MemberRole =>
        Role switch
        {
            Role.Agent => MemberRole.Agent,
            Role.Lead => MemberRole.Lead,
            _ => MemberRole.ClientOfficer,
        };

    public Caller Caller(string clientId, DateTimeOffset now) => new(Person, Role, [clientId], Vendor, now, Alias);
}

/// <summary>A payment of a history, known by its number in the steps.</summary>
internal sealed record PaymentMade(
    int Number,
    string Name,
    string Key,
    long Won,
    string Ride,
    string Vehicle,
    string Customer
);

/// <summary>A request that was answered.</summary>
internal sealed record Asked(CreateRefundRequest Request, Player By, Refund Reply);

/// <summary>What a history's delegation grants: every tier, every action, and budgets of most dimensions and every kind
/// of window, so small that some of them are met in an hour.</summary>
internal static class Grant
{
    public static CreateDelegationRequest Of(string clientId, string vendor, string requestId, DateTimeOffset now) =>
        new()
        {
            Parent = $"clients/{clientId}",
            RequestId = requestId,
            Delegation = new Delegation
            {
                Vendor = vendor,
                StartTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(now.AddDays(-1)),
                // Longer than a history lasts.
                ExpireTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(now.AddDays(120)),
                Clauses = { Clauses() },
                Budgets = { Budgets() },
            },
        };

    private static IEnumerable<Clause> Clauses()
    {
        yield return Permit("alone", Tier.T0, 10_000);
        yield return Permit("with-a-lead", Tier.T1, 25_000);
        yield return Permit("with-an-officer", Tier.T2, 60_000);
        yield return RefundsHouse.SystemClause();
        var acts = Permit("acts", Tier.T0, 0);
        (acts.MaxAmount, acts.Id) = (null, "acts");
        acts.Actions.Clear();
        acts.Actions.Add([RefundAction.EndRide, RefundAction.LockVehicle]);
        yield return acts;
        var forbid = Permit("no-large-goodwill", Tier.Unspecified, 0);
        (forbid.Effect, forbid.MaxAmount, forbid.MinAmount) = (ClauseEffect.Forbid, null, RefundsHouse.Won(20_000));
        forbid.Reasons.Add("COMPLAINT_GOODWILL");
        yield return forbid;
    }

    private static Clause Permit(string id, Tier tier, long won) =>
        new()
        {
            Id = id,
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund, RefundAction.Coupon, RefundAction.RidePass, RefundAction.FeeWaiver },
            Actors = { Actor.Agent, Actor.Lead },
            MaxAmount = RefundsHouse.Won(won),
            Tier = tier,
        };

    private static IEnumerable<Budget> Budgets() =>
        [
            Limit("all", BudgetDimension.Delegation, BudgetWindow.CalendarDay, 150_000, 22),
            Limit("agent", BudgetDimension.Agent, BudgetWindow.RollingHours, 90_000, 16, hours: 24),
            Escalating(Limit("short", BudgetDimension.Agent, BudgetWindow.RollingHours, 50_000, 9, hours: 1)),
            Limit("customer", BudgetDimension.Customer, BudgetWindow.CalendarWeek, 80_000, 12),
            Limit("vehicle", BudgetDimension.Vehicle, BudgetWindow.CalendarMonth, 110_000, 18),
            Limit("payment", BudgetDimension.Payment, BudgetWindow.Lifetime, 60_000, 6),
            Limit("goodwill", BudgetDimension.Reason, BudgetWindow.CalendarDay, 80_000, 16, "GOODWILL"),
            Limit("case", BudgetDimension.Case, BudgetWindow.Lifetime, 12_000, 3, "COMPLAINT_GOODWILL"),
        ];

    private static Budget Escalating(Budget budget)
    {
        budget.OnBreach = BreachAction.Escalate;
        return budget;
    }

    private static Budget Limit(
        string id,
        BudgetDimension dimension,
        BudgetWindow window,
        long won,
        int count,
        string? reason = null,
        int hours = 0
    )
    {
        var budget = new Budget
        {
            Id = id,
            Dimension = dimension,
            Window = window,
            WindowHours = hours,
            LimitAmount = RefundsHouse.Won(won),
            LimitCount = count,
        };
        budget.Reasons.Add(reason is null ? [] : [reason]);
        return budget;
    }
}
