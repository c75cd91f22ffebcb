using Mobility.Refunds.V1;
using Mobility.Web.AgentDesk;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>What an agent is told before the click, from what Refunds would decide.</summary>
public sealed class RefundAdviceTests
{
    [Theory]
    [InlineData(DecisionOutcome.Allowed, Advice.Go)]
    [InlineData(DecisionOutcome.NeedsApproval, Advice.Ask)]
    [InlineData(DecisionOutcome.NeedsEvidence, Advice.Wait)]
    [InlineData(DecisionOutcome.Denied, Advice.Stop)]
    [InlineData((DecisionOutcome)99, Advice.Stop)]
    public void Only_what_is_allowed_can_be_done_and_only_what_needs_approval_or_evidence_asked_for(
        DecisionOutcome outcome,
        Advice verdict
    ) => Assert.Equal(verdict, RefundAdvice.Of(new Decision { Outcome = outcome }, delegation: null).Verdict);

    [Fact]
    public void A_budget_is_described_by_what_it_counts_and_never_by_its_id()
    {
        var decision = new Decision
        {
            Outcome = DecisionOutcome.Allowed,
            Balances =
            {
                new BudgetBalance
                {
                    Budget = "per-agent-day",
                    LeftAmount = new() { CurrencyCode = "KRW", Units = 12_000 },
                    LeftCount = -1,
                },
                new BudgetBalance { Budget = "gone", LeftCount = 3 },
            },
        };
        var delegation = new Delegation
        {
            Budgets =
            {
                new Budget
                {
                    Id = "per-agent-day",
                    Dimension = BudgetDimension.Agent,
                    Window = BudgetWindow.RollingHours,
                    WindowHours = 24,
                },
            },
        };
        var budgets = RefundAdvice.Of(decision, delegation).Budgets;
        Assert.Equal(
            [
                new BudgetLine(
                    BudgetDimension.Agent,
                    BudgetWindow.RollingHours,
                    24,
                    new() { CurrencyCode = "KRW", Units = 12_000 },
                    LeftCount: null
                ),
                new BudgetLine(BudgetDimension.Unspecified, BudgetWindow.Unspecified, 0, Left: null, LeftCount: 3),
            ],
            budgets
        );
    }

    [Fact]
    public void Every_reason_is_told_once_with_who_else_could_and_how_much_at_most()
    {
        var quote = new RefundQuote
        {
            RefundableAmount = new() { CurrencyCode = "KRW", Units = 5_000 },
            Decision = new Decision
            {
                Outcome = DecisionOutcome.Denied,
                FailedConditions =
                {
                    new FailedCondition { Code = "AMOUNT_ABOVE_CLAUSE", Rule = "small" },
                    new FailedCondition { Code = "AMOUNT_ABOVE_CLAUSE", Rule = "large" },
                    new FailedCondition { Code = "RIDE_TOO_OLD", Rule = "large" },
                },
                AllowedBy = { "lead" },
                AllowedAmount = new() { CurrencyCode = "KRW", Units = 3_000 },
            },
        };
        var advice = RefundAdvice.Of(quote, delegation: null);
        Assert.Equal(["AMOUNT_ABOVE_CLAUSE", "RIDE_TOO_OLD"], advice.Because);
        Assert.Equal(["lead"], advice.Whom);
        Assert.Equal((3_000, 5_000), (advice.Largest!.Units, advice.Refundable!.Units));
    }
}
