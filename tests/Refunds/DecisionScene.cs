using System.Collections.Immutable;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Budget = Mobility.Refunds.Budget;
using Clause = Mobility.Refunds.Clause;
using Decision = Mobility.Refunds.Decision;

namespace Mobility.Tests.Refunds;

/// <summary>
/// A request that is allowed, as plain data: tests change one thing. Monday 2026-10-05, 12:00 in Seoul; a ride of 0 m
/// that began two hours before; 10,000 won captured, nothing refunded yet.
/// </summary>
static class DecisionScene
{
    public static readonly DateTimeOffset Noon = new(2026, 10, 5, 3, 0, 0, TimeSpan.Zero);

    public static readonly Clause AgentPermit = new()
    {
        Id = "agents",
        Effect = ClauseEffect.Permit,
        Actions = Enum.GetValues<RefundAction>()[1..].ToImmutableArray(),
        Actors = [Actor.Agent, Actor.Lead],
        Tier = Tier.T0,
    };

    public static readonly Clause SystemPermit = AgentPermit with
    {
        Id = "automatic",
        Actors = [Actor.System],
        Reasons = ["UNLOCK_FAILED"],
        Evidence = [Evidence.RideNeverRan],
    };

    public static readonly Budget Daily = new()
    {
        Id = "daily",
        Dimension = BudgetDimension.Delegation,
        Window = BudgetWindow.CalendarDay,
        LimitAmount = 100_000,
        LimitCount = 20,
    };

    public static readonly RefundFacts Facts = new()
    {
        Now = Noon,
        Zone = "Asia/Seoul",
        Currency = "KRW",
        Request = new(RefundAction.CardRefund, "UNLOCK_FAILED", 3_000),
        Requester = new(Actor.Agent, "people/1", 3, MemberState.Active),
        Delegation = new("delegations/1", DelegationState.Active, 1, Noon.AddDays(-30), Noon.AddDays(30)),
        Payment = new("payments/1", "riders/1", Instrument.Card, Noon.AddHours(-2), 10_000, 0, 0),
        Ride = new("vehicles/1", "scooter", Noon.AddHours(-2), 0, Unlocked: true, Closed: true),
        Fault = new(Reported: true, Confirmed: true),
        Uses = Unused(Daily),
    };

    public static Policy PolicyOf(params ReadOnlySpan<Clause> clauses) =>
        new(ReasonCatalogue.Current.Version, [.. clauses], [Daily]);

    public static Policy With(this Policy policy, params Budget[] budgets) => policy with { Budgets = [.. budgets] };

    /// <summary>Nothing was counted yet, in the budgets and for the customer.</summary>
    public static Dictionary<string, BudgetUse> Unused(params Budget[] budgets) =>
        budgets
            .Select(budget => budget.Id)
            .Append(Splitting.Customer)
            .ToDictionary(id => id, _ => new BudgetUse(0, 0), StringComparer.Ordinal);

    public static Dictionary<string, BudgetUse> Used(string budget, long amount, long count) =>
        new(Unused(), StringComparer.Ordinal) { [budget] = new(amount, count) };

    public static RefundFacts Asking(long amount) => Facts with { Request = Facts.Request with { Amount = amount } };

    public static Decision Decide(Policy? policy, RefundFacts facts) =>
        RefundRules.Decide(policy, facts, ReasonCatalogue.Current);

    public static string[] FailedCodes(this Decision decision) => [.. decision.Failed.Select(failed => failed.Code)];
}
