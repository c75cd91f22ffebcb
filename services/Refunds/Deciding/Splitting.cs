using System.Collections.Immutable;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// Asking in parts is no help: under every policy all that a customer gets, and all that is asked for in a case, is
/// counted in two budgets without a limit, and what a clause begins or ends at is compared with the largest of what the
/// payment, the customer and the case come to. The two belong to the client: what was admitted under any delegation
/// counts, in stretches of an hour whatever window a policy looks back over.
/// </summary>
public static class Splitting
{
    /// <summary>Looked back over where a policy does not say: a week.</summary>
    public const int DefaultHours = 168;

    /// <summary>A month: an hour is a row.</summary>
    public const int HoursMax = 744;

    // No id that a policy can give has a colon.
    public const string Customer = "client:customer";
    public const string Case = "client:case";

    /// <summary>The two budgets, as a policy looks back.</summary>
    public static ImmutableArray<Budget> Budgets(int hours) =>
        [Count(Customer, BudgetDimension.Customer, hours), Count(Case, BudgetDimension.Case, hours)];

    /// <summary>Is it the id of one of the two?</summary>
    public static bool IsClientWide(string budget) => budget is Customer or Case;

    private static Budget Count(string id, BudgetDimension dimension, int hours) =>
        new()
        {
            Id = id,
            Dimension = dimension,
            Window = BudgetWindow.RollingHours,
            WindowHours = hours,
        };
}
