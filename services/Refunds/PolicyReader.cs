using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Mobility.Platform;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Reads clauses and budgets of a request; every violation is added to the check.</summary>
public sealed partial class PolicyReader(Check check, ClientProfile client, ReasonCatalogue catalogue)
{
    private const int ClausesMax = 100;
    private const int BudgetsMax = 50;
    private const int HoursMax = 8_784;
    private const int CountMax = 1_000_000;
    private const long AmountMax = 1_000_000_000_000;

    public Policy Read(V1.Delegation delegation)
    {
        check.That(
            delegation.Clauses.Count is >= 1 and <= ClausesMax,
            "delegation.clauses",
            $"must be 1 to {ClausesMax}"
        );
        check.That(
            delegation.Budgets.Count is >= 1 and <= BudgetsMax,
            "delegation.budgets",
            $"must be 1 to {BudgetsMax}"
        );
        check.That(
            delegation.SplittingWindowHours is >= 0 and <= Splitting.HoursMax,
            "delegation.splitting_window_hours",
            $"must be 1 to {Splitting.HoursMax}"
        );
        Unique(delegation.Clauses.Select(clause => clause.Id), "delegation.clauses");
        Unique(delegation.Budgets.Select(budget => budget.Id), "delegation.budgets");
        return new Policy(
            catalogue.Version,
            [.. delegation.Clauses.Select((clause, index) => Read(clause, $"delegation.clauses[{index}]"))],
            [.. delegation.Budgets.Select((budget, index) => Read(budget, $"delegation.budgets[{index}]"))]
        )
        {
            SplittingWindowHours =
                delegation.SplittingWindowHours == 0 ? Splitting.DefaultHours : delegation.SplittingWindowHours,
        }.Sorted();
    }

    private Clause Read(V1.Clause wire, string field)
    {
        check.Known(wire.Effect, field + ".effect");
        check.That(wire.MinLevel is >= 0 and <= 9, field + ".min_level", "must be 0 to 9");
        check.That(
            wire.MaxShareBasisPoints is >= 0 and <= 10_000,
            field + ".max_share_basis_points",
            "must be 1 to 10,000"
        );
        check.That(
            wire.MaxRideAgeHours is >= 0 and <= HoursMax,
            field + ".max_ride_age_hours",
            $"must be 1 to {HoursMax}"
        );
        var least = Amount(wire.MinAmount, field + ".min_amount");
        var most = Amount(wire.MaxAmount, field + ".max_amount");
        check.That(!(least > most), field + ".max_amount", "must not be less than min_amount");
        return new Clause
        {
            Id = Id(wire.Id, field),
            Effect = wire.Effect,
            Actions = Known(wire.Actions, field + ".actions", required: true),
            Products = Of(wire.Products, client.Products, field + ".products", "product of the client"),
            Reasons = Reasons(wire.Reasons, field),
            Instruments = Known(wire.Instruments, field + ".instruments", required: false),
            Actors = Known(wire.Actors, field + ".actors", required: true),
            MinLevel = wire.MinLevel,
            MinAmount = least,
            MaxAmount = most,
            MaxShareBasisPoints = wire.MaxShareBasisPoints == 0 ? null : wire.MaxShareBasisPoints,
            MaxRideAgeHours = wire.MaxRideAgeHours == 0 ? null : wire.MaxRideAgeHours,
            Windows = [.. wire.Windows.Select((window, index) => Read(window, $"{field}.windows[{index}]"))],
            Evidence = Known(wire.Evidence, field + ".evidence", required: false),
            Tier = ReadTier(wire, field + ".tier"),
        };
    }

    // A forbid knows no second person: nobody can agree to what it forbids.
    private Tier ReadTier(V1.Clause wire, string field)
    {
        if (wire.Effect == ClauseEffect.Forbid)
        {
            check.That(wire.Tier is Tier.Unspecified or Tier.T3, field, "of a forbid must be unset or T3");
            return Tier.T3;
        }
        return check.Known(wire.Tier, field);
    }

    private TimeWindow Read(V1.TimeWindow wire, string field)
    {
        var days = wire.DaysOfWeek;
        check.That(
            days.Count > 0 && days.All(day => day is >= 1 and <= 7) && days.Distinct().Count() == days.Count,
            field + ".days_of_week",
            "must be days 1 to 7, at least one, each at most once"
        );
        check.That(wire.StartMinute is >= 0 and <= 1_439, field + ".start_minute", "must be 0 to 1,439");
        check.That(
            wire.EndMinute is >= 1 and <= 1_440 && wire.EndMinute > wire.StartMinute,
            field + ".end_minute",
            "must be 1 to 1,440 and greater than start_minute"
        );
        return new TimeWindow([.. days], wire.StartMinute, wire.EndMinute);
    }

    private Budget Read(V1.Budget wire, string field)
    {
        check.Known(wire.Dimension, field + ".dimension");
        check.Known(wire.Window, field + ".window");
        var rolling = wire.Window == BudgetWindow.RollingHours;
        check.That(
            rolling ? wire.WindowHours is >= 1 and <= HoursMax : wire.WindowHours == 0,
            field + ".window_hours",
            rolling ? $"must be 1 to {HoursMax}" : "must be unset unless the window is ROLLING_HOURS"
        );
        check.That(wire.LimitCount is >= 0 and <= CountMax, field + ".limit_count", $"must be 0 to {CountMax}");
        check.That(
            wire.LimitAmount is not null || wire.LimitCount != 0,
            field,
            "must set at least one of limit_amount and limit_count"
        );
        return new Budget
        {
            Id = Id(wire.Id, field),
            Dimension = wire.Dimension,
            Window = wire.Window,
            WindowHours = wire.WindowHours,
            LimitAmount = Amount(wire.LimitAmount, field + ".limit_amount"),
            LimitCount = wire.LimitCount == 0 ? null : wire.LimitCount,
            Actors = Known(wire.Actors, field + ".actors", required: false),
            Reasons = Reasons(wire.Reasons, field),
            OnBreach =
                wire.OnBreach == BreachAction.Unspecified
                    ? BreachAction.Deny
                    : check.Known(wire.OnBreach, field + ".on_breach"),
        };
    }

    private string Id(string id, string field)
    {
        check.That(RuleId().IsMatch(id), field + ".id", "must be 1 to 64 lower-case letters, digits and hyphens");
        return id;
    }

    private void Unique(IEnumerable<string> ids, string field)
    {
        var twice = ids.GroupBy(id => id, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key);
        check.That(!twice.Any(), field, $"must have unique ids, repeated: {string.Join(", ", twice)}");
    }

    private long? Amount(Type.V1.Money? wire, string field) =>
        wire is null ? null : check.Money(wire, field, client, 1, AmountMax).Minor;

    private ImmutableArray<string> Reasons(IEnumerable<string> codes, string field) =>
        Of(
            codes,
            [.. catalogue.Reasons.Select(reason => reason.Code)],
            field + ".reasons",
            "code of the reason catalogue"
        );

    private ImmutableArray<string> Of(
        IEnumerable<string> values,
        IReadOnlyList<string> known,
        string field,
        string what
    )
    {
        ImmutableArray<string> all = [.. values];
        var others = all.Except(known, StringComparer.Ordinal).ToList();
        check.That(others.Count == 0, field, $"must each be a {what}, unknown: {string.Join(", ", others)}");
        return all;
    }

    private ImmutableArray<T> Known<T>(IEnumerable<T> values, string field, bool required)
        where T : struct, Enum
    {
        ImmutableArray<T> all = [.. values];
        check.That(!required || !all.IsEmpty, field, "must not be empty");
        for (var index = 0; index < all.Length; index++)
        {
            check.Known(all[index], $"{field}[{index}]");
        }
        return all;
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,64}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex RuleId();
}
