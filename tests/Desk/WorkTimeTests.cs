using Mobility.Desk;
using Mobility.Holidays;
using Xunit;

namespace Mobility.Tests.Desk;

/// <summary>
/// Vectors that others published for their clocks, with the values printed there: Z from the tests of Zammad (instants
/// UTC, hours of Europe/Berlin), C from those of Chatwoot; and ours in Seoul.
/// </summary>
public sealed class WorkTimeTests
{
    private const string Berlin = "Europe/Berlin";
    private const string Seoul = "Asia/Seoul";

    [Theory]
    [InlineData(60, "2013-03-21 10:30")]
    [InlineData(120, "2013-03-21 11:30")]
    [InlineData(180, "2013-03-21 12:30")]
    public void Z1_a_target_within_the_day(int minutes, string due) =>
        Due(Hours.Weekdays(Berlin, "08:00-18:00"), "2013-03-21 09:30", minutes, due);

    [Theory]
    [InlineData("2013-03-21 14:00", 60, 270, -210)]
    [InlineData("2013-03-21 13:00", 180, 210, -30)]
    public void Z2_what_a_late_answer_took_and_what_was_left(string end, int target, int elapsed, int left) =>
        Took(Hours.Weekdays(Berlin, "08:00-18:00"), "2013-03-21 09:30", end, [], (target, elapsed, left));

    [Fact]
    public void Z3_two_pauses_move_the_due_time() =>
        Due(
            Hours.Daily(Berlin, "09:00-18:00"),
            "2013-06-04 09:00",
            120,
            "2013-06-04 11:45",
            "2013-06-04 09:30/2013-06-04 09:45",
            "2013-06-04 10:00/2013-06-04 10:30"
        );

    [Theory]
    [InlineData(Boundary.AtNextOpening, "2013-06-05 07:00")]
    [InlineData(Boundary.AtClosing, "2013-06-04 16:00")]
    public void Z4_a_target_used_up_exactly_at_closing(Boundary boundary, string due)
    {
        var time = Time(Hours.Daily(Berlin, "09:00-18:00"), "2013-06-04 10:00/2013-06-04 15:00");

        Assert.Equal(Hours.Utc(due), time.Due(Hours.Utc("2013-06-04 09:00"), TimeSpan.FromMinutes(120), boundary));
    }

    [Theory]
    [InlineData("2013-06-04 10:45", 120, 75, 45)]
    [InlineData("2013-06-04 12:00", 250, 150, 100)]
    public void Z5_a_pause_does_not_count(string end, int target, int elapsed, int left) =>
        Took(
            Hours.Daily(Berlin, "09:00-18:00"),
            "2013-06-04 09:00",
            end,
            ["2013-06-04 10:00/2013-06-04 10:30"],
            (target, elapsed, left)
        );

    [Theory]
    [InlineData(120, "2016-11-02 09:00")]
    [InlineData(1200, "2016-11-03 15:00")]
    public void Z9_a_case_of_a_holiday_starts_the_day_after(int minutes, string due)
    {
        Holiday[] holidays = [new(new DateOnly(2016, 11, 1), HolidayKind.Statutory, "만성절", "All Saints' Day")];
        var calendar = DeskHours.Parse(Hours.File(Berlin, 5, ["08:00-20:00"], null, "만성절"), holidays).Calendar;

        Due(calendar, "2016-11-01 13:56:21", minutes, due);
    }

    [Theory]
    [InlineData("2013-10-21 05:30", "2013-10-21 09:00")]
    [InlineData("2013-10-21 09:30", "2013-10-21 11:30")]
    public void Z11_before_the_opening_and_after_it(string start, string due) =>
        Due(Hours.Weekdays(Berlin, "09:00-17:00"), start, 120, due);

    [Theory]
    [InlineData("00:00-23:59")]
    [InlineData("00:00-24:00")]
    [InlineData("00:00-00:00")]
    public void Z13_around_the_clock_loses_no_minute_at_midnight(string interval) =>
        Due(Hours.Daily(Berlin, interval), "2013-10-21 10:00", 24 * 60, "2013-10-22 10:00");

    [Fact]
    public void C1_a_target_within_the_day_in_UTC() =>
        Due(Hours.Weekdays("UTC", "09:00-17:00"), "2024-01-17 10:00", 120, "2024-01-17 12:00");

    [Theory]
    [InlineData("UTC")]
    [InlineData("America/New_York")]
    public void C2_a_target_runs_on_after_the_weekend(string zone)
    {
        var due = Time(Hours.Weekdays(zone, "09:00-17:00"))
            .Due(Hours.Local("2024-01-19 16:00", zone), TimeSpan.FromHours(2));

        Assert.Equal(Hours.Local("2024-01-22 10:00", zone), due);
    }

    [Theory]
    [InlineData("2024-01-17 07:00", "2024-01-17 11:00")]
    [InlineData("2024-01-17 18:00", "2024-01-18 11:00")]
    public void C3_before_hours_and_after_hours(string start, string due) =>
        Due(Hours.Weekdays("UTC", "09:00-17:00"), start, 120, due);

    [Fact]
    public void C8_without_any_hours_the_clock_on_the_wall_counts()
    {
        Due(BusinessCalendar.AroundTheClock, "2024-01-20 03:00", 60, "2024-01-20 04:00");
        Due(Hours.Weekdays("UTC"), "2024-01-20 03:00", 60, "2024-01-20 04:00");
    }

    [Fact]
    public void C9_half_an_hour_on_friday_and_half_on_monday() =>
        Due(Hours.Weekdays("UTC", "09:00-17:00"), "2024-01-19 16:30", 60, "2024-01-22 09:30");

    [Fact]
    public void Seoul_sunday_evening_runs_on_on_monday() =>
        DueInSeoul(Hours.Daily(Seoul, "09:00-18:00"), "2026-02-15 17:50", 30, "2026-02-16 09:20");

    [Fact]
    public void Seoul_three_closed_days_are_left_out()
    {
        var file = Hours.File(Seoul, 7, ["09:00-18:00"], ["2026-02-16T00:00/2026-02-19T00:00"]);

        DueInSeoul(DeskHours.Parse(file, []).Calendar, "2026-02-15 17:50", 30, "2026-02-19 09:20");
    }

    [Fact]
    public void Seoul_a_split_day_leaves_lunch_out() =>
        DueInSeoul(Hours.Daily(Seoul, "09:00-12:00", "13:00-18:00"), "2026-02-15 11:50", 30, "2026-02-15 13:20");

    [Fact]
    public void Seoul_a_night_goes_past_midnight_and_runs_on_in_the_evening() =>
        DueInSeoul(Hours.Daily(Seoul, "18:00-02:00"), "2026-02-15 01:50", 30, "2026-02-15 18:20");

    [Fact]
    public void A_pause_without_an_end_has_a_due_time_only_if_the_target_is_used_up_before_it()
    {
        var start = Hours.Utc("2024-01-17 10:00");
        var time = new WorkTime(
            Hours.Weekdays("UTC", "09:00-17:00"),
            [new Period(Hours.Utc("2024-01-17 11:00"), DateTimeOffset.MaxValue)]
        );

        Assert.Equal(Hours.Utc("2024-01-17 11:00"), time.Due(start, TimeSpan.FromHours(1)));
        Assert.Null(time.Due(start, TimeSpan.FromMinutes(61)));
        Assert.Equal(TimeSpan.FromHours(1), time.Elapsed(start, Hours.Utc("2024-01-19 12:00")));
    }

    private static WorkTime Time(BusinessCalendar calendar, params string[] pauses) =>
        new(
            calendar,
            [.. pauses.Select(text => text.Split('/')).Select(p => new Period(Hours.Utc(p[0]), Hours.Utc(p[1])))]
        );

    private static void Due(BusinessCalendar calendar, string start, int minutes, string due, params string[] pauses) =>
        Assert.Equal(Hours.Utc(due), Time(calendar, pauses).Due(Hours.Utc(start), TimeSpan.FromMinutes(minutes)));

    private static void DueInSeoul(BusinessCalendar calendar, string start, int minutes, string due) =>
        Assert.Equal(
            Hours.Local(due, Seoul),
            Time(calendar).Due(Hours.Local(start, Seoul), TimeSpan.FromMinutes(minutes))
        );

    private static void Took(
        BusinessCalendar calendar,
        string start,
        string end,
        string[] pauses,
        (int Target, int Elapsed, int Left) minutes
    )
    {
        var elapsed = Time(calendar, pauses).Elapsed(Hours.Utc(start), Hours.Utc(end));

        Assert.Equal(TimeSpan.FromMinutes(minutes.Elapsed), elapsed);
        Assert.Equal(TimeSpan.FromMinutes(minutes.Left), TimeSpan.FromMinutes(minutes.Target) - elapsed);
    }
}
