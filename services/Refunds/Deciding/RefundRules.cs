using System.Collections.Immutable;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// The decision: a pure function. Default deny; a forbid that matches, or that may match for want of a fact, denies
/// whatever a permit says; one permit has to match entirely; every budget that applies has to have room; what is not
/// known denies. The order of clauses and budgets is irrelevant.
/// </summary>
public static class RefundRules
{
    private const int HighestLevel = 9;

    /// <summary>Decides. The policy is null exactly when facts.Delegation is.</summary>
    public static Decision Decide(Policy? policy, RefundFacts facts, ReasonCatalogue catalogue)
    {
        var verdict = Judge(policy, facts, catalogue);
        return new Decision
        {
            Allowed = verdict.Allowed,
            Approvers = verdict.Admitted ? verdict.Permit!.Approvers : [],
            Missing = MissingEvidence(policy, facts, catalogue, verdict),
            Failed = verdict.Failed,
            Clause = verdict.Admitted ? verdict.Permit!.Id : "",
            Debits = verdict.Admitted ? [.. verdict.Budgets.Select(room => room.Slot)] : [],
            Balances =
            [
                .. verdict
                    .Budgets.Where(room => !room.Budget.IsClientWide)
                    .Select(room => room.Left(verdict.Admitted ? facts.Request.Amount : 0, verdict.Admitted ? 1 : 0)),
            ],
            AllowedAmount = LargestAllowed(policy, facts, catalogue, verdict),
            AllowedBy =
                verdict.Allowed ? []
                : verdict.Admitted ? [.. verdict.Permit!.Approvers.Select(ApprovalChain.Name)]
                : WhoCould(policy, facts, catalogue, verdict),
            Instead = Instead(policy, facts, catalogue, verdict),
        };
    }

    private static Verdict Judge(Policy? policy, RefundFacts facts, ReasonCatalogue catalogue)
    {
        var beyond = RequestConditions.Intrinsic(facts, catalogue).ToImmutableArray();
        var granted = RequestConditions.Standing(policy, facts, catalogue).ToList();
        Permission? permit = null;
        var budgets = ImmutableArray<BudgetRoom>.Empty;
        if (policy is not null)
        {
            granted.AddRange(Forbids(policy, facts));
            budgets = [.. BudgetRoom.Of(policy, facts)];
            var beyondBudget = budgets.Where(room => room.Escalates(facts.Request.Amount)).ToList();
            permit = Permit(policy, facts, beyondBudget.Count > 0);
            granted.AddRange(
                permit is null ? WhyNoPermit(policy, facts) : WhoIsMissing(permit, beyondBudget, facts.Currency)
            );
            granted.AddRange(BudgetRoom.Breaches(policy, facts, budgets));
            if (beyond.Concat(granted).Any(failed => MendedBy(policy, facts, failed) is not null))
            {
                granted.AddRange(RequestConditions.OfWait(facts));
            }
        }
        return new Verdict(beyond, [.. granted], permit, budgets);
    }

    private static IEnumerable<FailedCondition> Forbids(Policy policy, RefundFacts facts)
    {
        foreach (var clause in ById(policy).Where(clause => clause.Effect != ClauseEffect.Permit))
        {
            var misses = ClauseBox.Misses(clause, facts).ToList();
            if (misses.Count == 0)
            {
                yield return new(Codes.Forbidden, clause.Id, "the clause forbids this");
            }
            else if (misses.TrueForAll(miss => miss.Unknown))
            {
                var why = string.Join("; ", misses.Select(miss => miss.Message).Distinct(StringComparer.Ordinal));
                yield return new(
                    Codes.ForbidUndecided,
                    clause.Id,
                    $"whether the clause forbids this is not known: {why}"
                );
            }
        }
    }

    private static IEnumerable<Clause> ById(Policy policy) =>
        policy.Clauses.OrderBy(clause => clause.Id, StringComparer.Ordinal);

    // The one that asks the fewest people wins, then the smallest id: the order of clauses is irrelevant.
    private static Permission? Permit(Policy policy, RefundFacts facts, bool escalates) =>
        policy
            .Clauses.Where(clause => clause.Effect == ClauseEffect.Permit && clause.Tier != Tier.T3)
            .Where(clause => !ClauseBox.Misses(clause, facts).Any())
            .Select(clause => new Permission(
                clause.Id,
                ApprovalChain.Missing(clause.Tier, facts),
                ApprovalChain.Missing(escalates ? Tier.T2 : clause.Tier, facts)
            ))
            .OrderBy(permit => permit.ForTier.Length)
            .ThenBy(permit => permit.Id, StringComparer.Ordinal)
            .FirstOrDefault();

    private static IEnumerable<FailedCondition> WhoIsMissing(
        Permission permit,
        IEnumerable<BudgetRoom> beyondBudget,
        string currency
    )
    {
        if (!permit.ForTier.IsEmpty)
        {
            yield return new(Codes.TierNeedsApproval, permit.Id, $"has to be agreed to by {Names(permit.ForTier)}");
        }
        foreach (var room in permit.Approvers.IsEmpty ? [] : beyondBudget)
        {
            var left = room.AmountLeft is { } won ? $"{Text.Amount(Math.Max(0, won), currency)} is left" : "it is full";
            yield return new(
                Codes.BudgetNeedsApproval,
                room.Budget.Id,
                $"{left}, and what is beyond has to be agreed to by {Names(permit.Approvers)}"
            );
        }

        static string Names(ImmutableArray<MemberRole> roles) =>
            string.Join(", then ", roles.Select(ApprovalChain.Name));
    }

    /// <summary>
    /// Every part that failed of every permit that is addressed to such a requester and action, under the permit's id.
    /// The clauses for others are left out: they would bury the figures that matter.
    /// </summary>
    private static IEnumerable<FailedCondition> WhyNoPermit(Policy policy, RefundFacts facts)
    {
        var permits = ById(policy)
            .Where(clause => clause.Effect == ClauseEffect.Permit && ClauseBox.Addresses(clause, facts))
            .ToList();
        if (permits.Count == 0)
        {
            var who = Text.Name(facts.Requester.Actor);
            yield return new(Codes.NoPermit, "", $"no clause permits {Text.Name(facts.Request.Action)} to {who}");
        }
        foreach (var clause in permits)
        {
            foreach (var miss in ClauseBox.Misses(clause, facts))
            {
                yield return new(miss.Code, clause.Id, miss.Message);
            }
            if (clause.Tier == Tier.T3)
            {
                yield return new(Codes.TierNever, clause.Id, "the clause says that this is never allowed");
            }
        }
    }

    /// <summary>
    /// What evidence would have to come, if nothing else fails: of the permits that lack nothing else that of the one
    /// that asks the fewest people. Only what is worth won waits: a ride is ended and a vehicle locked now or not, and
    /// one that nobody has heard of may not exist. Nor does it wait for evidence once people agree to it.
    /// </summary>
    private static ImmutableArray<Evidence> MissingEvidence(
        Policy? policy,
        RefundFacts facts,
        ReasonCatalogue catalogue,
        Verdict verdict
    )
    {
        if (policy is null || facts.Payment is null || verdict.Admitted || !facts.Agreed.IsEmpty)
        {
            return [];
        }
        var besides = verdict
            .Intrinsic.Concat(RequestConditions.Standing(policy, facts, catalogue))
            .Concat(Forbids(policy, facts))
            .Concat(BudgetRoom.Breaches(policy, facts, verdict.Budgets))
            .Concat(RequestConditions.OfWait(facts))
            .Select(failed => MendedBy(policy, facts, failed))
            .ToList();
        var permit = policy
            .Clauses.Where(clause => clause.Effect == ClauseEffect.Permit && clause.Tier != Tier.T3)
            .Select(clause =>
                (clause.Id, clause.Tier, Lacks: ClauseBox.Misses(clause, facts).Select(m => ClauseBox.MendedBy(m.Code)))
            )
            .Where(clause => clause.Lacks.All(kind => kind is not null))
            .OrderBy(clause => ApprovalChain.Missing(clause.Tier, facts).Length)
            .ThenBy(clause => clause.Id, StringComparer.Ordinal)
            .FirstOrDefault();
        return permit.Id is null || besides.Contains(null)
            ? []
            : [.. besides.Concat(permit.Lacks).OfType<Evidence>().Distinct().Order()];
    }

    private static Evidence? MendedBy(Policy policy, RefundFacts facts, FailedCondition failed) =>
        BudgetRoom.MendedBy(policy, facts, failed) ?? ClauseBox.MendedBy(failed.Code);

    /// <summary>
    /// The set of amounts that are allowed ends at what the payment or a budget has left, where a permit ends for the
    /// largest sum that it compares, or just below where a forbid begins: so the largest one is among these.
    /// </summary>
    private static long? LargestAllowed(Policy? policy, RefundFacts facts, ReasonCatalogue catalogue, Verdict verdict)
    {
        // What is held already is not asked for anew.
        if (policy is null || facts.Payment is not { } payment || !facts.HeldIn.IsEmpty)
        {
            return null;
        }
        var before = facts.Cumulative - facts.Request.Amount;
        var ends = policy.Clauses.SelectMany(clause =>
            clause.Effect == ClauseEffect.Permit ? Ends(clause, before, payment) : Beginnings(clause, before)
        );
        // What a budget that escalates has left is an end only as long as no officer agreed.
        var rooms = verdict.Budgets.ToLookup(room => room.Budget.OnBreach, room => room.AmountLeft);
        var cap = rooms[BreachAction.Deny].OfType<long>().Append(payment.Refundable).Min();
        return ends.Concat(rooms[BreachAction.Escalate].OfType<long>())
            .Append(cap)
            .Where(amount => amount > 0 && amount <= cap)
            .Distinct()
            .OrderDescending()
            .Where(amount => Judge(policy, For(amount), catalogue).Allowed)
            .Select(amount => (long?)amount)
            .FirstOrDefault();

        RefundFacts For(long amount) => facts with { Request = facts.Request with { Amount = amount } };
    }

    private static IEnumerable<long> Ends(Clause permit, long before, PaymentFacts payment)
    {
        if (permit.MaxAmount is { } most)
        {
            yield return most - before;
        }
        if (permit.MaxShareBasisPoints is { } share)
        {
            yield return ClauseBox.ShareOf(payment.Amount, share) - payment.Settled - payment.Held;
        }
    }

    private static IEnumerable<long> Beginnings(Clause forbid, long before)
    {
        if (forbid.MinAmount is { } least)
        {
            yield return least - 1 - before;
        }
    }

    private static ImmutableArray<string> WhoCould(
        Policy? policy,
        RefundFacts facts,
        ReasonCatalogue catalogue,
        Verdict verdict
    )
    {
        if (!verdict.Intrinsic.IsEmpty)
        {
            return [];
        }
        var lead = new RequesterFacts(Actor.Lead, RequesterFacts.Anybody, HighestLevel, MemberState.Active);
        var another = facts.Requester.Actor != Actor.Lead || facts.Requester.IsBeneficiary;
        var byLead = another && Judge(policy, facts with { Requester = lead }, catalogue).Allowed;
        return byLead ? ["client_officer", "lead"] : ["client_officer"];
    }

    /// <summary>What does not go through the gateway has no deadline there.</summary>
    private static ImmutableArray<RefundAction> Instead(
        Policy? policy,
        RefundFacts facts,
        ReasonCatalogue catalogue,
        Verdict verdict
    )
    {
        if (verdict.Intrinsic.All(failed => failed.Code != Codes.GatewayDeadlinePassed))
        {
            return [];
        }
        IEnumerable<RefundAction> others = [RefundAction.Coupon, RefundAction.RidePass, RefundAction.FeeWaiver];
        return [.. others.Where(action => Judge(policy, By(action), catalogue).Admitted)];

        RefundFacts By(RefundAction action) => facts with { Request = facts.Request with { Action = action } };
    }

    /// <summary>A permit that matches entirely, and who still has to agree: for its tier, and in all.</summary>
    private sealed record Permission(
        string Id,
        ImmutableArray<MemberRole> ForTier,
        ImmutableArray<MemberRole> Approvers
    );

    private sealed record Verdict(
        ImmutableArray<FailedCondition> Intrinsic,
        ImmutableArray<FailedCondition> Granted,
        Permission? Permit,
        ImmutableArray<BudgetRoom> Budgets
    )
    {
        public ImmutableArray<FailedCondition> Failed => [.. Intrinsic.Concat(Granted).Distinct()];
        public bool Allowed => Failed.IsEmpty && Permit is not null;
        public bool Admitted =>
            Permit is not null
            && Failed.All(failed => failed.Code is Codes.TierNeedsApproval or Codes.BudgetNeedsApproval);
    }
}
