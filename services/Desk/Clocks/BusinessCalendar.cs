namespace Mobility.Desk;

/// <summary>Minutes of a day, from the start up to but not at the end; the end may lie on the next day.</summary>
/// <param name="StartMinute">0 to 1,439, of the day to which the interval belongs.</param>
/// <param name="EndMinute">After the start, at most a day later.</param>
public readonly record struct DayInterval(int StartMinute, int EndMinute);

/// <summary>
/// When the desk is open: hours of the week in a zone, without the days on which nobody comes and without closures. An
/// interval belongs to the day on which it begins, so the night before a holiday runs to its end.
/// </summary>
/// <param name="Zone">Zone in which the hours are meant.</param>
/// <param name="Week">Intervals by day of the week. None at all means around the clock, without exceptions: hours
/// that are switched off must not stop every clock for ever.</param>
/// <param name="ClosedDays">Days of the zone on which no interval begins.</param>
/// <param name="Closures">Cut out to the instant.</param>
public sealed record BusinessCalendar(
    TimeZoneInfo Zone,
    ILookup<DayOfWeek, DayInterval> Week,
    IReadOnlySet<DateOnly> ClosedDays,
    IReadOnlyList<Period> Closures
)
{
    /// <summary>The last day that is looked at; clocks of the year 9999 are nobody's.</summary>
    private static readonly DateOnly LastDay = DateOnly.MaxValue.AddDays(-3);

    /// <summary>A calendar without hours.</summary>
    public static readonly BusinessCalendar AroundTheClock = new(
        TimeZoneInfo.Utc,
        Array.Empty<DayOfWeek>().ToLookup(day => day, _ => default(DayInterval)),
        new HashSet<DateOnly>(),
        []
    );

    public bool IsOpen(DateTimeOffset at) => OpenFrom(at).Take(1).Any(period => period.Holds(at));

    /// <summary>Every period in which the desk is open from the instant on, in order and apart; touching ones are not
    /// joined.</summary>
    public IEnumerable<Period> OpenFrom(DateTimeOffset from) =>
        Week.Count == 0
            ? [new Period(from, DateTimeOffset.MaxValue)]
            : Period
                .Subtract(Apart(Intervals(from)), Closures)
                .Select(period => period.Within(new Period(from, DateTimeOffset.MaxValue)))
                .Where(period => !period.IsEmpty);

    private IEnumerable<Period> Intervals(DateTimeOffset from)
    {
        // What began yesterday may run until now.
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, Zone).DateTime);
        for (var day = today > DateOnly.MinValue ? today.AddDays(-1) : today; day < LastDay; day = day.AddDays(1))
        {
            if (ClosedDays.Contains(day))
            {
                continue;
            }

            foreach (var interval in Week[day.DayOfWeek].OrderBy(interval => interval.StartMinute))
            {
                yield return new Period(Instant(day, interval.StartMinute), Instant(day, interval.EndMinute));
            }
        }
    }

    /// <summary>Intervals may overlap: what an earlier one holds already is taken off the later one.</summary>
    private static IEnumerable<Period> Apart(IEnumerable<Period> periods)
    {
        var end = DateTimeOffset.MinValue;
        foreach (var period in periods)
        {
            var rest = period with { Start = period.Start > end ? period.Start : end };
            if (!rest.IsEmpty)
            {
                end = rest.End;
                yield return rest;
            }
        }
    }

    private DateTimeOffset Instant(DateOnly day, int minute) =>
        InstantOf(day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute), Zone);

    /// <summary>The instant of a local time. One that a clock change leaps over is the first instant after the leap; of
    /// one that happens twice the first counts.</summary>
    public static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
