using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using static Mobility.Tests.Refunds.SmallCases;

namespace Mobility.Tests.Refunds;

/// <summary>Invariants of authority over random policies: what is missing denies, parts are no way round a tier, and no
/// hop adds anything.</summary>
public sealed class DecisionInvariantLaws
{
    private static readonly ReasonCatalogue Empty = ReasonCatalogue.Read(
        Encoding.UTF8.GetBytes("""{"version":"2","reasons":[]}""")
    );

    private static readonly ReasonCatalogue Another = ReasonCatalogue.Read(
        Encoding.UTF8.GetBytes("""{"version":"9","reasons":[]}""")
    );

    /// <summary>What can be missing of a request's facts. That nobody reported a fault is a fact itself.</summary>
    private static readonly Func<RefundFacts, RefundFacts>[] Losses =
    [
        facts => facts with { Ride = null },
        facts => facts with { Case = null },
        facts => facts with { CaseRecord = null },
        facts => facts with { Vehicle = null },
        facts => facts with { Agreed = [] },
        facts => facts with { Requester = facts.Requester with { Standing = null } },
        facts => facts with { Uses = facts.Uses.Skip(1).ToDictionary(StringComparer.Ordinal) },
        facts => facts with { Uses = new Dictionary<string, BudgetUse>(StringComparer.Ordinal) },
    ];

    private static readonly Gen<long[]> AnyParts =
        from parts in Gen.ArrayOf(Gen.Choose(1, 3), 4)
        from count in Gen.Choose(1, 4)
        select parts.Take(count).Select(part => (long)part).ToArray();

    [Fact]
    public void A_fact_that_is_missing_never_allows_what_was_denied() =>
        Check(
            AnyCase,
            one =>
                one.Decide().Admitted || Losses.All(lose => !(one with { Facts = lose(one.Facts) }).Decide().Admitted)
        );

    [Fact]
    public void Without_a_delegation_a_reason_or_its_catalogue_all_is_denied() =>
        Check(
            AnyCase,
            one =>
                !RefundRules.Decide(null, one.Facts with { Delegation = null }, ReasonCatalogue.Current).Admitted
                && !RefundRules
                    .Decide(one.Policy, one.Facts with { Delegation = null }, ReasonCatalogue.Current)
                    .Admitted
                && !RefundRules.Decide(one.Policy, one.Facts, Empty).Admitted
                && !RefundRules.Decide(one.Policy, one.Facts, Another).Admitted
        );

    [Fact]
    public void A_clause_or_a_budget_that_is_removed_allows_nothing_new_or_is_called_wider() =>
        Check(
            AnyCase,
            one =>
                one.Policy.Clauses.All(clause =>
                    one.Decide().Admitted
                    || !Without(one, clause.Id).Decide().Admitted
                    || (clause.Effect == ClauseEffect.Forbid && IsWider(one, Without(one, clause.Id)))
                ) && one.Policy.Budgets.All(budget => IsWider(one, WithoutBudget(one, budget.Id)))
        );

    [Fact]
    public void Parts_are_asked_for_in_the_end_what_their_sum_is_asked_for() =>
        Check(
            from one in AnyCase
            from parts in AnyParts
            select (one, parts),
            pair =>
            {
                var (one, asked) = (pair.one with { Facts = pair.one.Facts with { Agreed = [] } }, 0);
                var whole = Ask(one, pair.parts.Sum());
                foreach (var part in pair.parts)
                {
                    var decision = Ask(one, part);
                    if (!decision.Admitted)
                    {
                        // Not all of it was got.
                        return true;
                    }
                    asked = Math.Max(asked, decision.Approvers.Length);
                    one = AfterHolding(one, part);
                }
                return whole.Admitted && whole.Approvers.Length <= asked;
            }
        );

    [Fact]
    public void Parts_over_the_payments_of_a_customer_or_a_case_need_whom_their_sum_needs() =>
        Check(
            from one in AnyCase
            from parts in AnyParts
            from counted in Gen.Elements(Splitting.Customer, Splitting.Case)
            select (one: OnLargePayments(one), parts, counted),
            pair =>
            {
                var asked = 0;
                foreach (var (n, part) in pair.parts.Index())
                {
                    // Each on a payment of its own: all that it has in common with the others is counted.
                    var decision = Ask(Counted(pair.one, pair.counted, pair.parts.Take(n).Sum()), part);
                    if (!decision.Admitted)
                    {
                        return true;
                    }
                    asked = Math.Max(asked, decision.Approvers.Length);
                }
                var whole = Ask(Counted(pair.one, pair.counted, 0), pair.parts.Sum());
                return whole.Admitted && whole.Approvers.Length <= asked;
            }
        );

    [Fact]
    public void No_hop_adds_anything_to_what_the_one_before_may_do() =>
        Check(
            from one in AnyCase
            from hops in Gen.ArrayOf(Gen.Choose(0, 5), 4)
            from draws in Gen.ArrayOf(Gen.Choose(0, 3), 4)
            select (one, hops: hops.Zip(draws).ToArray()),
            pair =>
            {
                var (before, now) = (pair.one, pair.one);
                foreach (var (hop, draw) in pair.hops)
                {
                    (before, now) = (now, Hop(now, hop, draw));
                    var (old, after) = (before.Decide(), now.Decide());
                    if (after.Admitted && !(old.Admitted && old.Approvers.All(after.Approvers.Contains)))
                    {
                        return false;
                    }
                }
                return true;
            }
        );

    private static Mobility.Refunds.Decision Ask(SmallCase one, long amount) =>
        (one with { Facts = one.Facts with { Request = one.Facts.Request with { Amount = amount } } }).Decide();

    /// <summary>The part is held on the payment and in every budget.</summary>
    private static SmallCase AfterHolding(SmallCase one, long part) =>
        one with
        {
            Facts = one.Facts with
            {
                Payment = one.Facts.Payment! with { Held = one.Facts.Payment.Held + part },
                Uses = one.Facts.Uses.ToDictionary(
                    use => use.Key,
                    use => new BudgetUse(use.Value.Amount + part, use.Value.Count + 1),
                    StringComparer.Ordinal
                ),
            },
        };

    /// <summary>Nobody agreed, nothing of a payment or a budget is in the way; a share is of each payment.</summary>
    private static SmallCase OnLargePayments(SmallCase one) =>
        new(
            one.Policy with
            {
                Clauses = [.. one.Policy.Clauses.Select(clause => clause with { MaxShareBasisPoints = null })],
                Budgets = [],
            },
            one.Facts with
            {
                Agreed = [],
                Payment = one.Facts.Payment! with { Amount = 100, Settled = 0, Held = 0 },
                Case = "cases/1",
                CaseRecord = new(IsOfThis: true),
            }
        );

    private static SmallCase Counted(SmallCase one, string counted, long amount) =>
        one with
        {
            Facts = one.Facts with
            {
                Uses = new Dictionary<string, BudgetUse>(StringComparer.Ordinal)
                {
                    [Splitting.Customer] = new(0, 0),
                    [Splitting.Case] = new(0, 0),
                    [counted] = new(amount, 1),
                },
            },
        };

    private static SmallCase Without(SmallCase one, string id) =>
        one with
        {
            Policy = one.Policy with { Clauses = [.. one.Policy.Clauses.Where(clause => clause.Id != id)] },
        };

    private static SmallCase WithoutBudget(SmallCase one, string id) =>
        one with
        {
            Policy = one.Policy with { Budgets = [.. one.Policy.Budgets.Where(budget => budget.Id != id)] },
        };

    private static bool IsWider(SmallCase before, SmallCase after) =>
        !Narrowing.Wider(new(before.Policy, Noon.AddDays(1)), new(after.Policy, Noon.AddDays(1))).IsEmpty;

    /// <summary>The authority that one hands on: less of the policy, of the time, or of the person.</summary>
    private static SmallCase Hop(SmallCase one, int hop, int draw)
    {
        var (policy, facts) = (one.Policy, one.Facts);
        return hop switch
        {
            // The client to the vendor: permits of fewer actors, smaller limits, an earlier end.
            0 => one with { Policy = policy with { Clauses = [.. policy.Clauses.Select(Permit(draw))] } },
            1 => one with { Policy = policy with { Clauses = policy.Clauses.Add(Forbid(draw)) } },
            2 => one with { Policy = policy with { Budgets = [.. policy.Budgets.Select(Lower(draw))] } },
            3 => one with
            {
                Facts = facts with
                {
                    Delegation = facts.Delegation! with { ExpireTime = facts.Delegation.ExpireTime.AddTicks(-draw) },
                },
            },
            // The vendor to its member, who may lose the standing again.
            4 => one with { Policy = policy with { Clauses = [.. policy.Clauses.Select(Tighter(draw))] } },
            _ => one with
            {
                Facts = facts with
                {
                    Requester = facts.Requester with { Standing = draw == 0 ? null : facts.Requester.Standing },
                },
            },
        };
    }

    private static Func<Mobility.Refunds.Clause, Mobility.Refunds.Clause> Permit(int draw) =>
        clause =>
            clause.Effect == ClauseEffect.Permit
                ? clause with
                {
                    MaxAmount = Math.Min(clause.MaxAmount ?? 9, draw + 4),
                    MinLevel = Math.Max(clause.MinLevel, draw),
                }
                : clause;

    private static Func<Mobility.Refunds.Clause, Mobility.Refunds.Clause> Tighter(int draw) =>
        clause =>
            clause.Effect == ClauseEffect.Permit
                ? clause with
                {
                    Evidence = clause.Evidence.Add((Evidence)(draw + 1)),
                    Tier = (Tier)Math.Max((int)clause.Tier, draw > 1 ? (int)Tier.T1 : (int)Tier.T0),
                }
                : clause;

    private static Mobility.Refunds.Clause Forbid(int draw) =>
        Narrowed(AgentPermit with { Id = $"hop{draw}", Effect = ClauseEffect.Forbid }, draw * 3, draw);

    private static Func<Mobility.Refunds.Budget, Mobility.Refunds.Budget> Lower(int draw) =>
        budget => budget with { LimitCount = Math.Min(budget.LimitCount ?? 9, draw + 1), Actors = [] };

    private static void Check<T>(Gen<T> cases, Func<T, bool> law) =>
        Prop.ForAll(Arb.From(cases), law).Check(Config.QuickThrowOnFailure.WithMaxTest(600));
}
