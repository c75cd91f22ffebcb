namespace Mobility.Desk;

/// <summary>What a target means that is used up exactly at the end of the open hours; docs/decisions/0008.</summary>
public enum Boundary
{
    /// <summary>Due at closing: the first instant at which the target is used up.</summary>
    AtClosing,

    /// <summary>Due at the next opening: the last instant at which no more than the target is used up.</summary>
    AtNextOpening,
}

/// <summary>The time that counts: open by the calendar and not paused.</summary>
/// <param name="Calendar">When the desk is open.</param>
/// <param name="Pauses">In any order; one that has not ended yet ends at <see cref="DateTimeOffset.MaxValue"/>.</param>
public sealed record WorkTime(BusinessCalendar Calendar, IReadOnlyList<Period> Pauses)
{
    /// <summary>How much time counts between two instants.</summary>
    public TimeSpan Elapsed(DateTimeOffset from, DateTimeOffset to) =>
        Counted(from, to).Aggregate(TimeSpan.Zero, (sum, period) => sum + period.Length);

    /// <summary>When the target is used up; null while a pause without an end keeps it from being so.</summary>
    public DateTimeOffset? Due(DateTimeOffset from, TimeSpan target, Boundary boundary = Boundary.AtClosing)
    {
        if (target <= TimeSpan.Zero && boundary == Boundary.AtClosing)
        {
            return from;
        }

        var left = target;
        foreach (var period in Counted(from, OpenPauseStart))
        {
            if (left < period.Length || (left == period.Length && boundary == Boundary.AtClosing))
            {
                return period.Start + left;
            }

            left -= period.Length;
        }

        return null;
    }

    /// <summary>From here on nothing counts.</summary>
    private DateTimeOffset OpenPauseStart =>
        Pauses
            .Where(pause => pause.End == DateTimeOffset.MaxValue)
            .Select(pause => pause.Start)
            .DefaultIfEmpty(DateTimeOffset.MaxValue)
            .Min();

    private IEnumerable<Period> Counted(DateTimeOffset from, DateTimeOffset to)
    {
        var span = new Period(from, to);
        return Period
            .Subtract(Calendar.OpenFrom(from).TakeWhile(period => period.Start < to), Pauses)
            .Select(period => period.Within(span))
            .Where(period => !period.IsEmpty);
    }
}
