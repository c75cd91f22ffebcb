using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A budget that applies to a request: where it counts it, and what is left of it before it. IsHeld: the
/// request was counted there when it began to wait.</summary>
public sealed record BudgetRoom(Budget Budget, BudgetSlot Slot, BudgetUse Use, bool IsHeld = false)
{
    public long? AmountLeft => Budget.LimitAmount - Use.Amount;
    public long? CountLeft => Budget.LimitCount - Use.Count;

    public BudgetLeft Left(long amount, long count) =>
        IsHeld ? new(Slot, AmountLeft, CountLeft) : new(Slot, AmountLeft - amount, CountLeft - count);

    /// <summary>
    /// The slots to read and lock for a request: those of every budget that counts its reason, whoever asks, so that
    /// the decision can also say what a lead could do.
    /// </summary>
    public static IEnumerable<BudgetSlot> Slots(Policy policy, RefundFacts facts) =>
        policy
            .AllBudgets.Where(budget => budget.CountsRequest(facts.Request))
            .Select(budget => BudgetSlot.Of(budget, facts))
            .OfType<BudgetSlot>();

    /// <summary>The budgets that apply and whose use is known, by id.</summary>
    public static IEnumerable<BudgetRoom> Of(Policy policy, RefundFacts facts) =>
        from budget in Applying(policy, facts)
        let slot = BudgetSlot.Of(budget, facts)
        let use = UseOf(budget, facts)
        where slot is not null && use is not null
        select new BudgetRoom(budget, slot, use, facts.HeldIn.Contains(slot));

    /// <summary>
    /// Does it take an officer to go beyond it? What is held there already is counted in it: so whoever agrees looks at
    /// what the budget comes to now.
    /// </summary>
    public bool Escalates(long amount) =>
        Budget.OnBreach == BreachAction.Escalate
        && ((amount > 0 && AmountLeft < (IsHeld ? 0 : amount)) || CountLeft < (IsHeld ? 0 : 1));

    /// <summary>Every limit that the request would break, and every budget that applies but cannot be read.</summary>
    public static IEnumerable<FailedCondition> Breaches(
        Policy policy,
        RefundFacts facts,
        IReadOnlyCollection<BudgetRoom> rooms
    )
    {
        var amount = facts.Request.Amount;
        foreach (var budget in Applying(policy, facts).Where(budget => rooms.All(room => room.Budget.Id != budget.Id)))
        {
            yield return WhyUnknown(budget, facts);
        }
        var limits = rooms.Where(room => !room.IsHeld && room.Budget.OnBreach != BreachAction.Escalate).ToList();
        // What moves no money is held against no amount, not even one that was narrowed below what is used.
        foreach (var room in limits.Where(room => amount > 0 && room.AmountLeft < amount))
        {
            yield return new(
                Codes.BudgetAmountExceeded,
                room.Budget.Id,
                $"{Text.Amount(amount, facts.Currency)} is asked for, "
                    + $"{Text.Amount(room.AmountLeft!.Value, facts.Currency)} "
                    + $"of {Text.Amount(room.Budget.LimitAmount!.Value, facts.Currency)} is left"
            );
        }
        foreach (var room in limits.Where(room => room.CountLeft < 1))
        {
            yield return new(
                Codes.BudgetCountExceeded,
                room.Budget.Id,
                $"{Text.Number(room.Use.Count)} of {Text.Number(room.Budget.LimitCount!.Value)} refunds are used"
            );
        }
    }

    /// <summary>The record of the ride says which vehicle a budget counts; null for what no evidence mends.</summary>
    public static Evidence? MendedBy(Policy policy, RefundFacts facts, FailedCondition failed) =>
        failed.Code == Codes.BudgetUnknown
        && facts.Ride is null
        && policy.Budgets.Any(budget => budget.Id == failed.Rule && budget.Dimension == BudgetDimension.Vehicle)
            ? Evidence.RideRecord
            : null;

    private static FailedCondition WhyUnknown(Budget budget, RefundFacts facts) =>
        (budget.Dimension, facts) switch
        {
            (BudgetDimension.Case, { Case: not null, CaseRecord: null }) => new(
                Codes.CaseUnknown,
                budget.Id,
                "nothing has been heard of the case yet"
            ),
            (BudgetDimension.Case, { CaseRecord.IsOfThis: false }) => new(
                Codes.CaseOfAnother,
                budget.Id,
                "the case is about another payment and vehicle"
            ),
            _ => new(
                Codes.BudgetUnknown,
                budget.Id,
                $"what is left for each {Text.Name(budget.Dimension)} is not known"
            ),
        };

    // Where no case of this is named, nothing is asked for in one: the budget of a policy denies that, the client's
    // own count has nothing to compare.
    private static IEnumerable<Budget> Applying(Policy policy, RefundFacts facts) =>
        policy
            .AllBudgets.Where(budget => budget.Counts(facts.Requester.Actor, facts.Request))
            .Where(budget => !budget.IsClientWide || BudgetSlot.Of(budget, facts) is not null)
            .OrderBy(budget => budget.Id, StringComparer.Ordinal);

    // Nobody's own budget is touched yet by a lead who is not named.
    private static BudgetUse? UseOf(Budget budget, RefundFacts facts) =>
        budget.Dimension == BudgetDimension.Agent && facts.Requester.Person == RequesterFacts.Anybody
            ? new BudgetUse(0, 0)
            : facts.Uses.GetValueOrDefault(budget.Id);
}
