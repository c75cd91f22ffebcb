using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Budget = Mobility.Refunds.Budget;
using Clause = Mobility.Refunds.Clause;
using Decision = Mobility.Refunds.Decision;

namespace Mobility.Tests.Refunds;

/// <summary>Laws of the decision over random policies and requests that come close to each other's edges.</summary>
public sealed class RefundRulesLaws
{
    private static readonly Gen<Clause> AnyClause =
        from effect in Mostly(ClauseEffect.Permit, ClauseEffect.Forbid)
        from actors in Mostly<ImmutableArray<Actor>>(
            [Actor.Agent, Actor.Lead, Actor.System],
            [Actor.System],
            [Actor.Lead]
        )
        from products in Mostly<ImmutableArray<string>>([], ["scooter"], ["e-bike"])
        from reasons in Mostly<ImmutableArray<string>>([], ["UNLOCK_FAILED"], ["GOODWILL", "OVERCHARGED"])
        from level in Mostly(0, 3, 4)
        from least in Mostly<long?>(null, 1_000, 3_000, 3_001)
        from most in Mostly<long?>(null, 2_999, 3_000, 6_000)
        from share in Mostly<int?>(null, 3_000, 3_333, 10_000)
        from age in Mostly<int?>(null, 1, 2)
        from evidence in Mostly<ImmutableArray<Evidence>>([], [Evidence.RideNeverRan], [Evidence.FaultConfirmed])
        from tier in Mostly(Tier.T0, Tier.T1, Tier.T2, Tier.T3)
        select AgentPermit with
        {
            Effect = effect,
            Actors = actors,
            Products = products,
            Reasons = reasons,
            MinLevel = level,
            MinAmount = least,
            MaxAmount = most,
            MaxShareBasisPoints = share,
            MaxRideAgeHours = age,
            Evidence = evidence,
            Tier = tier,
        };

    private static readonly Gen<Budget> AnyBudget =
        from dimension in Gen.Elements(BudgetDimension.Delegation, BudgetDimension.Agent, BudgetDimension.Vehicle)
        from window in Gen.Elements(BudgetWindow.CalendarDay, BudgetWindow.RollingHours, BudgetWindow.Lifetime)
        from amount in Gen.Elements<long?>(null, 5_000, 100_000)
        from count in Gen.Elements<int?>(null, 2, 3, 20)
        from actors in Mostly<ImmutableArray<Actor>>([], [Actor.Agent], [Actor.System])
        select Daily with
        {
            Dimension = dimension,
            Window = window,
            WindowHours = 24,
            LimitAmount = amount,
            LimitCount = count,
            Actors = actors,
        };

    private static readonly Gen<Case> AnyCase =
        from clauses in Gen.ListOf(AnyClause, 4)
        from budgets in Gen.ListOf(AnyBudget, 2)
        from amount in Gen.Elements(0L, 1, 1_000, 2_999, 2_999, 3_000, 3_000, 3_001, 6_000, 10_000, 10_001)
        from reason in Gen.Elements(
            "UNLOCK_FAILED",
            "UNLOCK_FAILED",
            "UNLOCK_FAILED",
            "GOODWILL",
            "GOODWILL",
            "OVERCHARGED",
            "BORED"
        )
        from who in Gen.Elements(
            Facts.Requester,
            RequesterFacts.TheService,
            Facts.Requester with
            {
                Actor = Actor.Lead,
            }
        )
        from settled in Mostly(0L, 500, 4_000)
        from ride in Mostly(Facts.Ride, Facts.Ride! with { DistanceMeters = 5 }, null)
        from used in Mostly(0L, 2_000, 97_000)
        from others in Mostly(0L, 0, 1_000, 3_000)
        select new Case(
            new Policy(
                ReasonCatalogue.Current.Version,
                [.. clauses.Select((clause, index) => clause with { Id = $"c{index}" })],
                [.. budgets.Select((budget, index) => budget with { Id = $"b{index}" })]
            ),
            Facts with
            {
                Request = new(RefundAction.CardRefund, reason, amount),
                Requester = who,
                Payment = Facts.Payment! with { Settled = settled },
                Ride = ride,
                Uses = budgets
                    .Select((_, index) => index)
                    .ToDictionary(index => $"b{index}", _ => new BudgetUse(used, 2))
                    .Append(KeyValuePair.Create(Splitting.Customer, new BudgetUse(others, 1)))
                    .ToDictionary(StringComparer.Ordinal),
            }
        );

    [Fact]
    public void Adding_a_forbid_never_allows_what_was_denied() =>
        Check(
            from one in AnyCase
            from forbid in AnyClause
            select (one, more: one.With(forbid with { Id = "new", Effect = ClauseEffect.Forbid })),
            pair => pair.one.Decide().Admitted || !pair.more.Decide().Admitted
        );

    [Fact]
    public void Removing_a_permit_never_allows_what_was_denied() =>
        Check(
            AnyCase,
            one =>
                one.Decide().Admitted
                || one.Policy.Clauses.Where(clause => clause.Effect == ClauseEffect.Permit)
                    .All(clause => !one.Without(clause).Decide().Admitted)
        );

    [Fact]
    public void A_fact_that_is_missing_never_allows_what_was_denied() =>
        Check(
            AnyCase,
            one =>
                one.Decide().Admitted
                || (
                    !(one with { Facts = one.Facts with { Ride = null } }).Decide().Admitted
                    && !(one with { Facts = one.Facts with { Uses = new Dictionary<string, BudgetUse>() } })
                        .Decide()
                        .Admitted
                )
        );

    [Fact]
    public void The_same_facts_give_the_same_decision_in_any_order_of_clauses_and_budgets() =>
        Check(
            AnyCase,
            one =>
            {
                var reversed = one with
                {
                    Policy = one.Policy with
                    {
                        Clauses = [.. one.Policy.Clauses.Reverse()],
                        Budgets = [.. one.Policy.Budgets.Reverse()],
                    },
                };
                var (first, again, other) = (one.Decide(), one.Decide(), reversed.Decide());
                return Same(first, again) && Same(first, other);
            }
        );

    [Fact]
    public void The_allowed_amount_is_allowed_and_one_more_is_not() =>
        Check(
            AnyCase,
            one =>
                one.Decide().AllowedAmount is { } most
                    ? one.For(most).Decide().Allowed && !one.For(most + 1).Decide().Allowed
                    : !one.Decide().Allowed
        );

    [Fact]
    public void No_amount_above_the_allowed_one_is_allowed() =>
        Check(
            AnyCase,
            one =>
            {
                var most = one.Decide().AllowedAmount ?? 0;
                return new long[] { 1, 999, 1_000, 2_998, 2_999, 3_000, 3_001, 3_332, 5_999, 6_000, 9_999, 10_000 }
                    .Where(amount => amount > most)
                    .All(amount => !one.For(amount).Decide().Allowed);
            }
        );

    [Fact]
    public void Allowed_means_that_nothing_failed_and_a_permit_is_named() =>
        Check(
            AnyCase,
            one =>
            {
                var decision = one.Decide();
                return decision.Allowed == decision.Failed.IsEmpty
                    && decision.Admitted == (decision.Clause.Length > 0)
                    && (
                        decision.Allowed
                        || decision.Admitted == decision.FailedCodes().SequenceEqual([Codes.TierNeedsApproval])
                    )
                    && decision.Failed.Distinct().Count() == decision.Failed.Length;
            }
        );

    [Fact]
    public void Whoever_agrees_step_by_step_is_asked_in_order_and_then_it_is_allowed() =>
        Check(
            AnyCase,
            one =>
            {
                var decision = one.Decide();
                foreach (var role in decision.Approvers)
                {
                    var before = one.Decide();
                    if (
                        before.Allowed
                        || before.Approvers[0] != role
                        || before.AllowedBy[0] != ApprovalChain.Name(role)
                    )
                    {
                        return false;
                    }
                    one = one with { Facts = one.Facts with { Agreed = one.Facts.Agreed.Add(role) } };
                }
                return one.Decide().Allowed == decision.Admitted;
            }
        );

    [Fact]
    public void An_agreement_never_allows_what_was_denied() =>
        Check(
            AnyCase,
            one =>
                one.Decide().Admitted
                || !(one with { Facts = one.Facts with { Agreed = [MemberRole.Lead, MemberRole.ClientOfficer] } })
                    .Decide()
                    .Admitted
        );

    [Fact]
    public void Whoever_would_get_it_is_never_admitted_whatever_a_policy_permits() =>
        Check(
            from one in AnyCase
            from paid in Gen.Elements(true, false)
            select (one, paid),
            pair =>
            {
                var self = pair.one.Facts.Requester with { IsPayer = pair.paid, OwnsCustomer = !pair.paid };
                var decision = (pair.one with { Facts = pair.one.Facts with { Requester = self } }).Decide();
                return !decision.Admitted
                    && decision.AllowedAmount is null
                    && decision.FailedCodes().Contains(Codes.SelfDealing);
            }
        );

    [Fact]
    public void The_random_cases_are_worth_their_while()
    {
        var allowed = Gen.Sample(AnyCase, 2_000).ToList().Count(one => one.Decide().Allowed);

        Assert.InRange(allowed, 150, 1_850);
    }

    private static Gen<T> Mostly<T>(T usual, params T[] others) =>
        Gen.Frequency((3, Gen.Constant(usual)), (1, Gen.Elements(others)));

    private static bool Same(Decision one, Decision other) =>
        one.Allowed == other.Allowed
        && one.Clause == other.Clause
        && one.AllowedAmount == other.AllowedAmount
        && one.Approvers.SequenceEqual(other.Approvers)
        && one.Failed.SequenceEqual(other.Failed)
        && one.Debits.SequenceEqual(other.Debits)
        && one.Balances.SequenceEqual(other.Balances)
        && one.AllowedBy.SequenceEqual(other.AllowedBy);

    private static void Check<T>(Gen<T> cases, Func<T, bool> law) =>
        Prop.ForAll(Arb.From(cases), law).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private sealed record Case(Policy Policy, RefundFacts Facts)
    {
        public Decision Decide() => DecisionScene.Decide(Policy, Facts);

        public Case With(Clause clause) => this with { Policy = Policy with { Clauses = Policy.Clauses.Add(clause) } };

        public Case Without(Clause clause) =>
            this with
            {
                Policy = Policy with { Clauses = Policy.Clauses.Remove(clause) },
            };

        public Case For(long amount) =>
            this with
            {
                Facts = Facts with { Request = Facts.Request with { Amount = amount } },
            };
    }
}
