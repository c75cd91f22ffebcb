using Google.Protobuf.WellKnownTypes;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>What a client grants its contact centre, in the development systems and in the weekend.</summary>
internal static class DemoGrant
{
    /// <summary>The machine may give back rides that never ran; an agent small amounts, with a lead middle ones, with a
    /// lead and an officer large ones; goodwill is never money.</summary>
    public static CreateDelegationRequest Request(
        string parent,
        string vendor,
        DateTimeOffset from,
        DateTimeOffset until,
        WeekendLimits limits,
        string requestId
    )
    {
        var delegation = new Delegation
        {
            Vendor = $"vendors/{vendor}",
            StartTime = from.ToTimestamp(),
            ExpireTime = until.ToTimestamp(),
        };
        delegation.Clauses.AddRange([
            Automatic(),
            Card("agents-small", 10_000, Tier.T0),
            Card("agents-with-a-lead", 30_000, Tier.T1),
            Card("agents-with-an-officer", 100_000, Tier.T2),
            Goodwill(),
            Acts(),
            GoodwillIsNoMoney(),
        ]);
        delegation.Budgets.AddRange(Budgets(limits));
        return new CreateDelegationRequest
        {
            Parent = parent,
            Delegation = delegation,
            RequestId = requestId,
        };
    }

    private static Clause Automatic() =>
        new()
        {
            Id = "never-ran-automatic",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund },
            Reasons = { "UNLOCK_FAILED" },
            Actors = { Actor.System },
            MaxAmount = Won(10_000),
            MaxRideAgeHours = 24,
            Evidence = { Evidence.RideNeverRan, Evidence.FaultReport },
            Tier = Tier.T0,
        };

    private static Clause Card(string id, long most, Tier tier) =>
        new()
        {
            Id = id,
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund },
            Actors = { Actor.Agent, Actor.Lead },
            MaxAmount = Won(most),
            MaxRideAgeHours = 24 * 7,
            Evidence = { Evidence.RideRecord },
            Tier = tier,
        };

    private static Clause Goodwill() =>
        new()
        {
            Id = "goodwill-in-kind",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.Coupon, RefundAction.RidePass, RefundAction.FeeWaiver },
            Reasons = { "GOODWILL" },
            Actors = { Actor.Agent, Actor.Lead },
            MaxAmount = Won(5_000),
            Tier = Tier.T0,
        };

    private static Clause Acts() =>
        new()
        {
            Id = "end-and-lock",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.EndRide, RefundAction.LockVehicle },
            Actors = { Actor.Agent, Actor.Lead },
            Tier = Tier.T0,
        };

    private static Clause GoodwillIsNoMoney() =>
        new()
        {
            Id = "no-money-for-goodwill",
            Effect = ClauseEffect.Forbid,
            Actions = { RefundAction.CardRefund },
            Reasons = { "GOODWILL" },
            Actors = { Actor.Agent, Actor.Lead },
        };

    private static IEnumerable<Budget> Budgets(WeekendLimits limits) =>
        [
            new()
            {
                Id = "agent-day",
                Dimension = BudgetDimension.Agent,
                Window = BudgetWindow.CalendarDay,
                LimitAmount = Won(limits.AgentDayWon),
                Actors = { Actor.Agent, Actor.Lead },
            },
            new()
            {
                Id = "customer-week",
                Dimension = BudgetDimension.Customer,
                Window = BudgetWindow.CalendarWeek,
                LimitCount = limits.CustomerWeekCount,
                Actors = { Actor.Agent, Actor.Lead },
            },
            new()
            {
                Id = "automatic-customer-week",
                Dimension = BudgetDimension.Customer,
                Window = BudgetWindow.CalendarWeek,
                LimitCount = limits.AutomaticWeekCount,
                Actors = { Actor.System },
            },
            new()
            {
                Id = "delegation-month",
                Dimension = BudgetDimension.Delegation,
                Window = BudgetWindow.CalendarMonth,
                LimitAmount = Won(limits.MonthWon),
            },
        ];

    private static Mobility.Type.V1.Money Won(long amount) => new Money(amount, "KRW").ToWire();
}
