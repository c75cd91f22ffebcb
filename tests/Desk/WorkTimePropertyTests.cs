using FsCheck;
using FsCheck.Fluent;
using Mobility.Desk;
using Xunit;

namespace Mobility.Tests.Desk;

/// <summary>Laws of the clock, over any hours, zones with and without clock changes, closures and pauses.</summary>
public sealed class WorkTimePropertyTests
{
    private static readonly Boundary[] Boundaries = [Boundary.AtClosing, Boundary.AtNextOpening];
    private static readonly DateTimeOffset Base = new(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);

    private static Gen<DateTimeOffset> Instants =>
        from minutes in Gen.Choose(0, 20 * 24 * 60)
        from seconds in Gen.Choose(0, 59)
        select Base + TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(seconds);

    private static Gen<TimeSpan> Targets => Gen.Choose(1, 6_000).Select(minutes => TimeSpan.FromMinutes(minutes));

    private static Gen<Period> Periods =>
        from start in Instants
        from minutes in Gen.Choose(1, 2_000)
        select new Period(start, start + TimeSpan.FromMinutes(minutes));

    private static Gen<(DayOfWeek, DayInterval)> Intervals =>
        from day in Gen.Elements(System.Enum.GetValues<DayOfWeek>())
        from start in Gen.Choose(0, 1_439)
        from length in Gen.Choose(1, 1_440)
        select (day, new DayInterval(start, start + length));

    private static Gen<BusinessCalendar> Calendars(params string[] zones) =>
        from zone in Gen.Elements(zones)
        from week in Intervals.NonEmptyListOf()
        from closedDays in Gen.Choose(0, 20).ListOf()
        from closures in Periods.ListOf()
        select new BusinessCalendar(
            TimeZoneInfo.FindSystemTimeZoneById(zone),
            week.ToLookup(pair => pair.Item1, pair => pair.Item2),
            closedDays.Select(day => new DateOnly(2026, 3, 20).AddDays(day)).ToHashSet(),
            [.. closures]
        );

    private static Gen<WorkTime> Times =>
        from calendar in Calendars("Asia/Seoul", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
        from pauses in Periods.ListOf()
        select new WorkTime(calendar, [.. pauses]);

    private static Gen<(WorkTime Time, DateTimeOffset Start, TimeSpan Target, TimeSpan More)> Any =>
        from time in Times
        from start in Instants
        from target in Targets
        from more in Targets
        select (time, start, target, more);

    [Fact]
    public void What_elapsed_until_the_due_time_is_the_target() =>
        Holds(any =>
            Boundaries.All(boundary =>
                any.Time.Elapsed(any.Start, any.Time.Due(any.Start, any.Target, boundary)!.Value) == any.Target
            )
        );

    [Fact]
    public void At_closing_is_the_first_such_instant_and_at_the_next_opening_the_last() =>
        Holds(any =>
        {
            var moment = TimeSpan.FromMilliseconds(1);
            var first = any.Time.Due(any.Start, any.Target, Boundary.AtClosing)!.Value;
            var last = any.Time.Due(any.Start, any.Target, Boundary.AtNextOpening)!.Value;
            return first <= last
                && any.Time.Elapsed(any.Start, first - moment) < any.Target
                && any.Time.Elapsed(any.Start, last + moment) > any.Target;
        });

    [Fact]
    public void More_time_is_due_later() =>
        Holds(any =>
            Boundaries.All(boundary =>
                any.Time.Due(any.Start, any.Target + any.More, boundary) > any.Time.Due(any.Start, any.Target, boundary)
            )
        );

    [Fact]
    public void A_later_start_is_never_due_earlier() =>
        Holds(any =>
            Boundaries.All(boundary =>
                any.Time.Due(any.Start + any.More, any.Target, boundary)
                >= any.Time.Due(any.Start, any.Target, boundary)
            )
        );

    [Fact]
    public void Elapsed_time_adds_up_over_any_split() =>
        Holds(any =>
        {
            var split = any.Start + any.Target;
            var end = split + any.More;
            return any.Time.Elapsed(any.Start, split) + any.Time.Elapsed(split, end)
                == any.Time.Elapsed(any.Start, end);
        });

    [Fact]
    public void A_pause_takes_away_what_would_have_counted_in_it_and_taking_it_back_restores_the_due_time() =>
        Holds(any =>
        {
            var pause = new Period(any.Start + any.More, any.Start + any.More + any.Target);
            var end = pause.End + any.Target;
            var paused = any.Time with { Pauses = [.. any.Time.Pauses, pause] };
            var restored = paused with { Pauses = [.. paused.Pauses.Where(other => other != pause)] };
            return paused.Elapsed(any.Start, end) + any.Time.Elapsed(pause.Start, pause.End)
                    == any.Time.Elapsed(any.Start, end)
                && paused.Due(any.Start, any.Target) >= any.Time.Due(any.Start, any.Target)
                && restored.Due(any.Start, any.Target) == any.Time.Due(any.Start, any.Target);
        });

    [Fact]
    public void Elapsed_time_is_what_somebody_counts_who_looks_at_the_wall_every_minute()
    {
        var any =
            from calendar in Calendars("Asia/Seoul")
            from start in Gen.Choose(0, 10_000)
            from length in Gen.Choose(0, 3_000)
            select (calendar with { Closures = [] }, Base + TimeSpan.FromMinutes(start), length);

        Prop.ForAll(
                any.ToArbitrary(),
                a =>
                {
                    var (calendar, start, length) = a;
                    var counted = Enumerable.Range(0, length).Count(n => OnTheWall(calendar, start.AddMinutes(n)));
                    return new WorkTime(calendar, []).Elapsed(start, start.AddMinutes(length)).TotalMinutes == counted
                        && calendar.IsOpen(start) == OnTheWall(calendar, start);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static bool OnTheWall(BusinessCalendar calendar, DateTimeOffset at)
    {
        var local = at.ToOffset(TimeSpan.FromHours(9));
        var minute = (local.Hour * 60) + local.Minute;
        var today = DateOnly.FromDateTime(local.DateTime);
        return Covers(calendar, today, minute) || Covers(calendar, today.AddDays(-1), minute + 1_440);
    }

    private static bool Covers(BusinessCalendar calendar, DateOnly day, int minute) =>
        !calendar.ClosedDays.Contains(day)
        && calendar.Week[day.DayOfWeek].Any(i => i.StartMinute <= minute && minute < i.EndMinute);

    private static void Holds(
        Func<(WorkTime Time, DateTimeOffset Start, TimeSpan Target, TimeSpan More), bool> property
    ) => Prop.ForAll(Any.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
