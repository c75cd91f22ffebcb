using System.Collections.Immutable;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What a delegation allows and until when.</summary>
public sealed record Terms(Policy Policy, DateTimeOffset ExpireTime);

/// <summary>One part of new terms that may allow more than the old ones: "clauses[agents].max_amount".</summary>
public sealed record WiderPart(string Path, string Why);

/// <summary>
/// Compares terms: a pure function. No part wider means that whatever the new terms allow the old ones allowed too, and
/// with no more people asked. It proves clause by clause, so some terms that are narrower are called wider: two permits
/// that cover a new one only together, a budget under another name. Never the other way round.
/// </summary>
public static class Narrowing
{
    private const int MinutesOfDay = 1_440;
    private const int DaysOfWeek = 7;

    /// <summary>Every part that is wider than before; none means provably narrower or the same.</summary>
    public static ImmutableArray<WiderPart> Wider(Terms before, Terms after) =>
        [
            .. Whole(before, after),
            .. after.Policy.Clauses.Where(IsLive).SelectMany(permit => OfPermit(permit, before.Policy)),
            .. before.Policy.Clauses.Where(IsForbid).SelectMany(forbid => OfForbid(forbid, after.Policy)),
            .. before.Policy.Budgets.SelectMany(budget => OfBudget(budget, after.Policy)),
        ];

    private static IEnumerable<WiderPart> Whole(Terms before, Terms after)
    {
        if (after.ExpireTime > before.ExpireTime)
        {
            yield return new("expire_time", $"is later than {before.ExpireTime:u}");
        }
        // One that this service does not serve denies; a served one in its place would not.
        if (!string.Equals(after.Policy.Catalogue, before.Policy.Catalogue, StringComparison.Ordinal))
        {
            yield return new("catalogue", "is another reason catalogue");
        }
        // Over a longer time the sums are larger: caps and forbids are met sooner. So is what a permit begins at.
        var (hours, over) = (after.Policy.SplittingWindowHours, before.Policy.SplittingWindowHours);
        if (hours < over)
        {
            yield return new("splitting_window_hours", $"looks back over less than {over} h");
        }
        if (hours > over && after.Policy.Clauses.Any(clause => IsLive(clause) && clause.MinAmount is not null))
        {
            yield return new(
                "splitting_window_hours",
                $"looks back over more than {over} h, and a permit begins at an amount"
            );
        }
    }

    /// <summary>A permit has to lie in one permit of before that asks no more people.</summary>
    private static IEnumerable<WiderPart> OfPermit(Clause permit, Policy before)
    {
        var path = $"clauses[{permit.Id}]";
        var nearest = before
            .Clauses.Where(IsLive)
            .Select(clause => (Clause: clause, Parts: OutOf(permit, clause).ToList()))
            .OrderBy(pair => pair.Parts.Count > 0)
            .ThenBy(pair => pair.Clause.Id != permit.Id)
            .ThenBy(pair => pair.Parts.Count)
            .FirstOrDefault();
        return nearest.Clause is null
            ? [new(path, "permits something, and nothing was permitted before")]
            : nearest.Parts.Select(part => new WiderPart(
                $"{path}.{part}",
                $"reaches out of the permit {nearest.Clause.Id}, and the clause lies in no other"
            ));

        static IEnumerable<string> OutOf(Clause permit, Clause clause) =>
            permit.Tier < clause.Tier ? Beyond(permit, clause).Append("tier") : Beyond(permit, clause);
    }

    /// <summary>A forbid of before has to lie in one forbid that is there still. What forbids for want of a fact does
    /// so in the larger box too: it asks for no fact that the smaller one does not ask for.</summary>
    private static IEnumerable<WiderPart> OfForbid(Clause forbid, Policy after)
    {
        var path = $"clauses[{forbid.Id}]";
        var nearest = after
            .Clauses.Where(IsForbid)
            .Select(clause => (Clause: clause, Parts: Beyond(forbid, clause).ToList()))
            .OrderBy(pair => pair.Parts.Count > 0)
            .ThenBy(pair => pair.Clause.Id != forbid.Id)
            .ThenBy(pair => pair.Parts.Count)
            .FirstOrDefault();
        return nearest.Clause is null || (nearest.Parts.Count > 0 && nearest.Clause.Id != forbid.Id)
            ? [new(path, "forbade something that no forbid covers any more")]
            : nearest.Parts.Select(part => new WiderPart($"{path}.{part}", "forbids less than before"));
    }

    /// <summary>
    /// A budget has to be there still, under its id, because that is what its counters are kept under, and to count the
    /// same thing over the same time; more may be counted in it, its limits may be lower.
    /// </summary>
    private static IEnumerable<WiderPart> OfBudget(Budget budget, Policy after)
    {
        var path = $"budgets[{budget.Id}]";
        if (after.Budgets.FirstOrDefault(other => other.Id == budget.Id) is not { } kept)
        {
            return [new(path, "is gone")];
        }
        (string Name, bool Narrower)[] parts =
        [
            ("dimension", kept.Dimension == budget.Dimension),
            ("window", kept.Window == budget.Window),
            ("window_hours", kept.WindowHours == budget.WindowHours),
            ("limit_amount", budget.LimitAmount is null || kept.LimitAmount <= budget.LimitAmount),
            ("limit_count", budget.LimitCount is null || kept.LimitCount <= budget.LimitCount),
            ("actors", IsWithin(budget.Actors, kept.Actors)),
            ("reasons", IsWithin(budget.Reasons, kept.Reasons)),
            ("on_breach", kept.OnBreach == budget.OnBreach || kept.OnBreach == BreachAction.Deny),
        ];
        return parts
            .Where(part => !part.Narrower)
            .Select(part => new WiderPart($"{path}.{part.Name}", "limits less than before, or something else"));
    }

    /// <summary>The parts in which a box reaches out of another; none means that it lies inside.</summary>
    private static IEnumerable<string> Beyond(Clause inner, Clause outer)
    {
        (string Name, bool Inside)[] parts =
        [
            ("actions", IsAmong(inner.Actions, outer.Actions)),
            ("actors", IsAmong(inner.Actors, outer.Actors)),
            ("products", IsWithin(inner.Products, outer.Products)),
            ("reasons", IsWithin(inner.Reasons, outer.Reasons)),
            ("instruments", IsWithin(inner.Instruments, outer.Instruments)),
            ("min_level", inner.MinLevel >= outer.MinLevel),
            ("min_amount", outer.MinAmount is null || inner.MinAmount >= outer.MinAmount),
            ("max_amount", outer.MaxAmount is null || inner.MaxAmount <= outer.MaxAmount),
            (
                "max_share_basis_points",
                outer.MaxShareBasisPoints is null || inner.MaxShareBasisPoints <= outer.MaxShareBasisPoints
            ),
            ("max_ride_age_hours", outer.MaxRideAgeHours is null || inner.MaxRideAgeHours <= outer.MaxRideAgeHours),
            ("windows", IsWithin(inner.Windows, outer.Windows)),
            ("evidence", IsAmong(outer.Evidence, inner.Evidence)),
        ];
        return parts.Where(part => !part.Inside).Select(part => part.Name);
    }

    private static bool IsAmong<T>(ImmutableArray<T> inner, ImmutableArray<T> outer) => !inner.Except(outer).Any();

    /// <summary>Of lists that mean anything when they are empty.</summary>
    private static bool IsWithin<T>(ImmutableArray<T> inner, ImmutableArray<T> outer) =>
        outer.IsEmpty || (!inner.IsEmpty && IsAmong(inner, outer));

    // Minute by minute, because two windows side by side hold what neither holds alone.
    private static bool IsWithin(ImmutableArray<TimeWindow> inner, ImmutableArray<TimeWindow> outer)
    {
        if (outer.IsEmpty)
        {
            return true;
        }
        var (asked, open) = (Minutes(inner), Minutes(outer));
        return !asked.Where((isAsked, minute) => isAsked && !open[minute]).Any();
    }

    private static bool[] Minutes(ImmutableArray<TimeWindow> windows)
    {
        var minutes = new bool[DaysOfWeek * MinutesOfDay];
        minutes.AsSpan().Fill(windows.IsEmpty);
        foreach (var window in windows)
        {
            foreach (var day in window.Days)
            {
                var start = ((day - 1) * MinutesOfDay) + window.StartMinute;
                minutes.AsSpan(start, window.EndMinute - window.StartMinute).Fill(value: true);
            }
        }
        return minutes;
    }

    private static bool IsForbid(Clause clause) => clause.Effect != ClauseEffect.Permit;

    /// <summary>A permit of the tier that is never allowed permits nothing.</summary>
    private static bool IsLive(Clause clause) => clause.Effect == ClauseEffect.Permit && clause.Tier != Tier.T3;
}
