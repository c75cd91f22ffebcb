using Mobility.Refunds;
using Mobility.Refunds.V1;
using Budget = Mobility.Refunds.Budget;
using Clause = Mobility.Refunds.Clause;

namespace Mobility.Tests.Refunds;

/// <summary>
/// The decision said a second time and another way, for small domains: every part is true, false or unknown, a clause
/// is the least of its parts, and the largest amount is found by trying all. Time is that of Korea, nine hours from
/// UTC.
/// </summary>
static class DecisionModel
{
    private enum Truth
    {
        No = 0,
        Unknown = 1,
        Yes = 2,
    }

    private static readonly TimeSpan Korea = TimeSpan.FromHours(9);

    /// <summary>Is evidence all that it lacks, and do less than four wait for theirs? Then it would be admitted if all
    /// came that is hoped for.</summary>
    public static bool Waits(Policy policy, RefundFacts facts) =>
        facts.Agreed.IsEmpty
        && (facts.Payment!.Waiting < 4 || facts.Requester.Actor == Actor.System)
        && Decide(policy, facts) is null
        && Decide(policy, facts, hoping: true) is not null;

    /// <summary>Who still has to agree, in order; nobody when it is allowed, null when it is denied.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="facts">The facts.</param>
    /// <param name="hoping">Take for proven what still may be, and for good what nobody knows?</param>
    public static IReadOnlyList<MemberRole>? Decide(Policy policy, RefundFacts facts, bool hoping = false)
    {
        if (!Stands(facts) || !CanBeRefunded(facts, hoping) || !IsCounted(facts))
        {
            return null;
        }
        if (
            policy.Clauses.Any(clause =>
                clause.Effect == ClauseEffect.Forbid && Of(clause, facts) >= (hoping ? Truth.Yes : Truth.Unknown)
            )
        )
        {
            return null;
        }
        var budgets = policy.Budgets.Where(budget => Counts(budget, facts)).ToList();
        if (!budgets.TrueForAll(budget => IsRead(budget, facts, hoping)))
        {
            return null;
        }
        var full = budgets.Where(budget => !IsOfNoVehicle(budget, facts) && !HasRoom(budget, facts)).ToList();
        if (full.Exists(budget => budget.OnBreach == BreachAction.Deny))
        {
            return null;
        }
        return policy
            .Clauses.Where(clause => clause.Effect == ClauseEffect.Permit && clause.Tier != Tier.T3)
            .Where(clause => Of(clause, facts, hoping) >= (hoping ? Truth.Unknown : Truth.Yes))
            .Select(clause => Missing(full.Count > 0 ? Tier.T2 : clause.Tier, facts))
            .MinBy(roles => roles.Count);
    }

    /// <summary>The largest amount that is allowed at once; null when none is.</summary>
    public static long? Largest(Policy policy, RefundFacts facts)
    {
        for (var amount = facts.Payment!.Amount; amount > 0; amount--)
        {
            if (Decide(policy, facts with { Request = facts.Request with { Amount = amount } }) is { Count: 0 })
            {
                return amount;
            }
        }
        return null;
    }

    private static bool IsCounted(RefundFacts facts) =>
        facts.Uses.ContainsKey("client:customer")
        && (facts.Case is null || facts.CaseRecord?.IsOfThis != true || facts.Uses.ContainsKey("client:case"));

    private static bool Stands(RefundFacts facts) =>
        facts.Delegation is { State: DelegationState.Active } lent
        && lent.StartTime <= facts.Now
        && facts.Now < lent.ExpireTime
        && (facts.Requester.Actor == Actor.System || facts.Requester.Standing == MemberState.Active)
        && facts.Requester is { IsPayer: false, OwnsCustomer: false };

    private static bool CanBeRefunded(RefundFacts facts, bool hoping)
    {
        var (payment, ride) = (facts.Payment!, facts.Ride);
        var sameMonth = Month(payment.ApproveTime) == Month(facts.Now);
        var proven = facts.Request.Reason switch
        {
            "GOODWILL" => true,
            "OVERCHARGED" => hoping || ride is not null,
            "UNLOCK_FAILED" => ride is null ? hoping : NeverRan(ride) >= (hoping ? Truth.Unknown : Truth.Yes),
            _ => false,
        };
        return proven
            && facts.Request.Amount > 0
            && payment.Settled + payment.Held + facts.Request.Amount <= payment.Amount
            && (payment.Instrument != Instrument.MobileCarrier || sameMonth);
    }

    private static int Month(DateTimeOffset time) => time.ToOffset(Korea).Month;

    private static Truth Of(Clause clause, RefundFacts facts, bool hoping = false)
    {
        var onPayment = facts.Payment!.Settled + facts.Payment.Held + facts.Request.Amount;
        var sum = Sums(facts).Append(onPayment).Max();
        Truth[] parts =
        [
            Is(clause.Actions.Contains(facts.Request.Action)),
            Is(clause.Actors.Contains(facts.Requester.Actor)),
            Is(facts.Requester.Level >= clause.MinLevel),
            Is(clause.Reasons.IsEmpty || clause.Reasons.Contains(facts.Request.Reason)),
            Is(clause.Instruments.IsEmpty || clause.Instruments.Contains(facts.Payment.Instrument)),
            clause.Products.IsEmpty ? Truth.Yes
            : facts.Ride is null ? Truth.Unknown
            : Is(clause.Products.Contains(facts.Ride.Product)),
            Is(sum >= (clause.MinAmount ?? long.MinValue)),
            Is(sum <= (clause.MaxAmount ?? long.MaxValue)),
            Is(onPayment * 10_000 <= facts.Payment.Amount * (clause.MaxShareBasisPoints ?? 1_000_000)),
            clause.MaxRideAgeHours is not { } hours ? Truth.Yes
            : facts.Ride is null ? Truth.Unknown
            : Is(facts.Ride.StartTime.AddHours(hours) >= facts.Now),
            Is(clause.Windows.IsEmpty || clause.Windows.Any(window => Holds(window, facts.Now))),
            .. clause.Evidence.Select(kind => Of(kind, facts, hoping)),
        ];
        return parts.Min();
    }

    /// <summary>What the customer's refunds and those of the case come to with this one.</summary>
    private static IEnumerable<long> Sums(RefundFacts facts) =>
        new[] { "client:customer", "client:case" }
            .Where(facts.Uses.ContainsKey)
            .Select(count => facts.Uses[count].Amount + facts.Request.Amount);

    private static Truth Of(Evidence kind, RefundFacts facts, bool hoping) =>
        kind switch
        {
            Evidence.FaultReport or Evidence.FaultConfirmed when hoping => Truth.Yes,
            Evidence.FaultReport => Is(facts.Fault.Reported),
            Evidence.FaultConfirmed => Is(facts.Fault.Confirmed),
            _ when facts.Ride is null => Truth.Unknown,
            Evidence.RideRecord => Truth.Yes,
            _ => NeverRan(facts.Ride),
        };

    private static Truth NeverRan(RideRecord ride) =>
        !ride.Unlocked ? Truth.Yes
        : ride.DistanceMeters > 0 ? Truth.No
        : ride.Closed ? Truth.Yes
        : Truth.Unknown;

    private static bool Holds(Mobility.Refunds.TimeWindow window, DateTimeOffset now)
    {
        var local = now.ToOffset(Korea);
        var minutes = (local - new DateTimeOffset(local.Date, Korea)).TotalMinutes;
        // Sunday is 0 there and 7 here.
        var day = (((int)local.DayOfWeek + 6) % 7) + 1;
        return window.Days.Contains(day) && window.StartMinute <= minutes && minutes < window.EndMinute;
    }

    private static bool Counts(Budget budget, RefundFacts facts) =>
        (budget.Actors.IsEmpty || budget.Actors.Contains(facts.Requester.Actor))
        && (budget.Reasons.IsEmpty || budget.Reasons.Contains(facts.Request.Reason));

    private static bool IsRead(Budget budget, RefundFacts facts, bool hoping)
    {
        if (IsOfNoVehicle(budget, facts))
        {
            return hoping;
        }
        var known = budget.Dimension switch
        {
            BudgetDimension.Case => facts.Case is not null && facts.CaseRecord?.IsOfThis == true,
            _ => true,
        };
        return known && facts.Uses.ContainsKey(budget.Id);
    }

    // Which vehicle it is the record of the ride will say.
    private static bool IsOfNoVehicle(Budget budget, RefundFacts facts) =>
        budget.Dimension == BudgetDimension.Vehicle && facts.Ride is null;

    private static bool HasRoom(Budget budget, RefundFacts facts) =>
        facts.Uses[budget.Id] is var use
        && (facts.Request.Amount == 0 || use.Amount + facts.Request.Amount <= (budget.LimitAmount ?? long.MaxValue))
        && use.Count + 1 <= (budget.LimitCount ?? int.MaxValue);

    private static List<MemberRole> Missing(Tier tier, RefundFacts facts)
    {
        var missing = new List<MemberRole>();
        if (tier is Tier.T1 or Tier.T2 && facts.Requester.Actor != Actor.Lead)
        {
            missing.Add(MemberRole.Lead);
        }
        if (tier == Tier.T2)
        {
            missing.Add(MemberRole.ClientOfficer);
        }
        missing.RemoveAll(role => facts.Agreed.Contains(role));
        return missing;
    }

    private static Truth Is(bool holds) => holds ? Truth.Yes : Truth.No;
}
