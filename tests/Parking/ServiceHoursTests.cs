using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Mobility.Holidays;
using Mobility.Parking;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class ServiceHoursTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
    private static readonly string[] AllDays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    private static readonly string[] Workdays = ["MON", "TUE", "WED", "THU", "FRI"];

    private static readonly ServiceHours Daily = new(
        [new OpenHours(AllDays, "09:00", "18:00")],
        HolidayCalendar.Shipped,
        Seoul
    );
    private static readonly ServiceHours Split = new(
        [new OpenHours(Workdays, "13:00", "18:00"), new OpenHours(Workdays, "09:00", "12:00")],
        HolidayCalendar.Shipped,
        Seoul
    );
    private static readonly ServiceHours Always = new([new OpenHours(AllDays, "00:00", "24:00")], null, Seoul);

    [Theory]
    [InlineData("2026-03-03 10:00", 90, "2026-03-03 11:30")]
    [InlineData("2026-03-03 16:30", 90, "2026-03-03 18:00")]
    [InlineData("2026-03-03 16:31", 90, "2026-03-04 09:01")]
    [InlineData("2026-03-03 18:00", 90, "2026-03-04 10:30")]
    [InlineData("2026-03-03 03:00", 90, "2026-03-03 10:30")]
    [InlineData("2026-02-28 17:00", 90, "2026-03-03 09:30")]
    [InlineData("2026-03-02 09:00", 90, "2026-03-03 10:30")]
    [InlineData("2026-03-03 10:00", 0, "2026-03-03 10:00")]
    [InlineData("2026-03-02 22:00", 0, "2026-03-02 22:00")]
    public void The_clock_runs_during_service_and_stands_at_night_and_on_holidays(
        string since,
        int minutes,
        string due
    ) => Assert.Equal(At(due), Daily.DueTime(At(since), minutes));

    [Theory]
    [InlineData("2026-03-03 11:30", 60, "2026-03-03 13:30")]
    [InlineData("2026-03-06 17:30", 60, "2026-03-09 09:30")]
    public void A_day_may_have_several_services(string since, int minutes, string due) =>
        Assert.Equal(At(due), Split.DueTime(At(since), minutes));

    [Theory]
    [InlineData("2026-03-02 23:00", 180, "2026-03-03 02:00")]
    [InlineData("2026-03-01 00:00", 1440, "2026-03-02 00:00")]
    public void A_city_that_always_serves_counts_every_minute(string since, int minutes, string due) =>
        Assert.Equal(At(due), Always.DueTime(At(since), minutes));

    [Fact]
    public void Who_reports_later_is_due_no_sooner_and_who_has_more_grace_neither() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(0, 60 * 24 * 400).Two().Zip(Gen.Choose(0, 1440).Two()).ToArbitrary(),
                x =>
                {
                    var ((a, b), (c, d)) = x;
                    var (early, late) = (Start.AddMinutes(Math.Min(a, b)), Start.AddMinutes(Math.Max(a, b)));
                    var (little, much) = (Math.Min(c, d), Math.Max(c, d));
                    return new[] { Daily, Split, Always }.All(hours =>
                        hours.DueTime(early, little) <= hours.DueTime(late, little)
                        && hours.DueTime(early, little) <= hours.DueTime(early, much)
                        && hours.DueTime(early, little) >= early.AddMinutes(little)
                    );
                }
            )
        );

    [Fact]
    public void The_due_time_is_the_sum_of_minutes_counted_one_by_one() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(0, 60 * 24 * 30).Zip(Gen.Choose(1, 700)).ToArbitrary(),
                x =>
                {
                    var time = Start.AddMinutes(x.Item1);
                    var since = time;
                    for (var left = x.Item2; left > 0; time = time.AddMinutes(1))
                    {
                        left -= IsOpen(time) ? 1 : 0;
                    }
                    return Daily.DueTime(since, x.Item2) == time;
                }
            )
        );

    [Fact]
    public async Task A_temporary_holiday_that_is_declared_at_noon_stands_still_what_is_filed_from_then_on()
    {
        await using var house = await PlacesHouse.Open(new FakeClock(At("2026-03-03 17:00")));
        var files = new HolidayFiles();
        files.Put(HolidayFiles.Declared("2027-4", "2026-03-04"));

        Assert.Equal(At("2026-03-04 09:30"), await DueTime(house));
        await files.TakenBy(house.Service);
        Assert.Equal(At("2026-03-05 09:30"), await DueTime(house));
    }

    [Theory]
    [InlineData("9:00", "18:00")]
    [InlineData("09:00", "24:01")]
    [InlineData("18:00", "09:00")]
    [InlineData("09:60", "18:00")]
    [InlineData("0９:00", "18:00")]
    [InlineData("", "18:00")]
    public void Hours_that_are_none_are_seen(string open, string close) =>
        Assert.False(new OpenHours(AllDays, open, close).IsSound);

    private static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static bool IsOpen(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, Seoul);
        return local.Hour is >= 9 and < 18 && !HolidayCalendar.Shipped.IsHoliday(DateOnly.FromDateTime(local.DateTime));
    }

    private static async Task<DateTimeOffset?> DueTime(PlacesHouse house) =>
        (
            await house.Read(tx =>
                Places.RuleAt(tx, PlacesHouse.Client, PlacesHouse.Latitude, PlacesHouse.Longitude, "", house.Now)
            )
        ).DueTime;

    private static DateTimeOffset At(string local) =>
        new(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromHours(9));
}
