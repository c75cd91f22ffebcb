using FsCheck;
using FsCheck.Fluent;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.SmallCases;

namespace Mobility.Tests.Refunds;

/// <summary>The decision beside a second one that was written another way.</summary>
public sealed class DecisionModelTests
{
    [Fact]
    public void Both_allow_the_same_requests_and_ask_the_same_people() =>
        Check(one =>
        {
            var (decision, model) = (one.Decide(), DecisionModel.Decide(one.Policy, one.Facts));
            return decision.Admitted == model is not null
                && decision.Allowed == model is { Count: 0 }
                && decision.Approvers.SequenceEqual(model ?? [])
                && decision.NeedsEvidence == DecisionModel.Waits(one.Policy, one.Facts)
                && decision.Failed.IsEmpty == decision.Allowed;
        });

    [Fact]
    public void The_allowed_amount_is_the_largest_of_all_that_were_tried() =>
        Check(one => one.Decide().AllowedAmount == DecisionModel.Largest(one.Policy, one.Facts));

    [Fact]
    public void A_lead_is_named_exactly_when_one_of_the_highest_level_would_be_allowed() =>
        Check(one =>
        {
            var decision = one.Decide();
            var lead = one.Facts.Requester with
            {
                Actor = Actor.Lead,
                Level = 9,
                Standing = MemberState.Active,
                IsPayer = false,
                OwnsCustomer = false,
            };
            // Budgets for each agent have no use yet by somebody who is not named.
            var uses = one.Facts.Uses.ToDictionary(
                use => use.Key,
                use => IsForEachAgent(one, use.Key) ? new BudgetUse(0, 0) : use.Value,
                StringComparer.Ordinal
            );
            foreach (var budget in one.Policy.Budgets.Where(budget => IsForEachAgent(one, budget.Id)))
            {
                uses[budget.Id] = new(0, 0);
            }
            var another = one.Facts.Requester.Actor != Actor.Lead || one.Facts.Requester.IsBeneficiary;
            var could =
                another
                && DecisionModel.Decide(one.Policy, one.Facts with { Requester = lead, Uses = uses }) is { Count: 0 };
            return decision.Admitted || decision.AllowedBy.Contains("lead") == could;
        });

    [Fact]
    public void The_cases_have_enough_of_each_outcome()
    {
        var cases = Gen.Sample(AnyCase, 4_000).ToList();
        var asked = cases.Select(one => DecisionModel.Decide(one.Policy, one.Facts)?.Count).ToList();

        Assert.InRange(asked.Count(count => count == 0), 40, 3_000);
        Assert.InRange(asked.Count(count => count == 1), 10, 2_000);
        Assert.InRange(asked.Count(count => count == 2), 10, 2_000);
        Assert.InRange(asked.Count(count => count is null), 500, 3_900);
        Assert.InRange(cases.Count(one => DecisionModel.Waits(one.Policy, one.Facts)), 20, 2_000);
    }

    private static bool IsForEachAgent(SmallCase one, string budget) =>
        one.Policy.Budgets.Any(of => of.Id == budget && of.Dimension == BudgetDimension.Agent);

    private static void Check(Func<SmallCase, bool> law) =>
        Prop.ForAll(Arb.From(AnyCase), law).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}
