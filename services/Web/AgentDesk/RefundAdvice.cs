using Mobility.Refunds.V1;
using Money = Mobility.Type.V1.Money;

namespace Mobility.Web.AgentDesk;

/// <summary>What somebody may do about a refund now.</summary>
public enum Advice
{
    /// <summary>It can be done at once.</summary>
    Go,

    /// <summary>It can be asked for; somebody else has to agree.</summary>
    Ask,

    /// <summary>It can be asked for; it waits until evidence comes.</summary>
    Wait,

    /// <summary>Not as it stands.</summary>
    Stop,
}

/// <summary>A budget that the refund draws on, described by what it counts: its id is the client's own word.</summary>
/// <param name="Dimension">What is counted apart; unset when the delegation could not be read.</param>
/// <param name="Window">Over which time; unset likewise.</param>
/// <param name="Hours">Hours of a rolling window.</param>
/// <param name="Left">What is left after it, or now when it is not allowed; null without a limit on the sum.</param>
/// <param name="LeftCount">How many are left; null without a limit on the number.</param>
public sealed record BudgetLine(BudgetDimension Dimension, BudgetWindow Window, int Hours, Money? Left, long? LeftCount)
{
    /// <summary>Does it count refunds for certain reasons only?</summary>
    public bool ForSomeReasons { get; init; }
}

/// <summary>The answer before the click: may I, why not, who else, from which budget, what is left, how much at
/// most.</summary>
public sealed record RefundAdvice
{
    public required Advice Verdict { get; init; }

    /// <summary>Codes of every condition that failed, each once.</summary>
    public required IReadOnlyList<string> Because { get; init; }

    /// <summary>Roles that could allow it as asked: any of them, or, of what may be asked for, all in turn.</summary>
    public required IReadOnlyList<string> Whom { get; init; }

    public required IReadOnlyList<BudgetLine> Budgets { get; init; }

    /// <summary>The largest amount that would be allowed; null when none is.</summary>
    public required Money? Largest { get; init; }

    /// <summary>What is left of the payment.</summary>
    public required Money? Refundable { get; init; }

    /// <summary>Reads a quote; the delegation tells what its budgets count.</summary>
    public static RefundAdvice Of(RefundQuote quote, Delegation? delegation) =>
        Of(quote.Decision, delegation) with
        {
            Refundable = quote.RefundableAmount,
        };

    /// <summary>Reads the decision on a refund that was asked for.</summary>
    public static RefundAdvice Of(Decision decision, Delegation? delegation) =>
        new()
        {
            Verdict = decision.Outcome switch
            {
                DecisionOutcome.Allowed => Advice.Go,
                DecisionOutcome.NeedsApproval => Advice.Ask,
                DecisionOutcome.NeedsEvidence => Advice.Wait,
                _ => Advice.Stop,
            },
            Because = [.. decision.FailedConditions.Select(f => f.Code).Distinct(StringComparer.Ordinal)],
            Whom = decision.AllowedBy,
            Budgets = [.. decision.Balances.Select(b => LineOf(b, delegation))],
            Largest = decision.AllowedAmount,
            Refundable = null,
        };

    /// <summary>What is left of a delegation's own budgets.</summary>
    public static IReadOnlyList<BudgetLine> LinesOf(Delegation delegation) =>
        [.. delegation.Balances.Select(b => LineOf(b, delegation))];

    private static BudgetLine LineOf(BudgetBalance balance, Delegation? delegation)
    {
        var budget = delegation?.Budgets.FirstOrDefault(b => b.Id == balance.Budget);
        return new BudgetLine(
            budget?.Dimension ?? BudgetDimension.Unspecified,
            budget?.Window ?? BudgetWindow.Unspecified,
            budget?.WindowHours ?? 0,
            balance.LeftAmount,
            balance.LeftCount < 0 ? null : balance.LeftCount
        )
        {
            ForSomeReasons = budget?.Reasons.Count > 0,
        };
    }
}
