using System.Text;
using Mobility.Desk;
using Mobility.Holidays;
using Xunit;

namespace Mobility.Tests.Desk;

public sealed class DeskHoursTests
{
    private const string Seoul = "Asia/Seoul";

    [Theory]
    [InlineData("2026-03-02 09:00", true)]
    [InlineData("2026-03-02 08:59:59.999", false)]
    [InlineData("2026-03-02 17:59:59.999", true)]
    [InlineData("2026-03-02 18:00", false)]
    [InlineData("2026-03-08 12:00", true)]
    [InlineData("2026-02-16 12:00", true)]
    [InlineData("2026-02-17 12:00", false)]
    [InlineData("2026-09-25 12:00", false)]
    [InlineData("2027-02-07 12:00", false)]
    [InlineData("2027-09-15 12:00", false)]
    [InlineData("2027-12-25 12:00", true)]
    public void The_desk_is_open_every_day_from_nine_to_six_but_on_the_two_great_feasts(string local, bool open) =>
        Assert.Equal(open, DeskHours.Of(HolidayCalendar.Shipped).Calendar.IsOpen(Hours.Local(local, Seoul)));

    [Fact]
    public void A_star_closes_the_desk_on_all_holidays()
    {
        var calendar = DeskHours
            .Parse(Hours.File(Seoul, 7, ["09:00-18:00"], null, "*"), HolidayCalendar.Shipped.Holidays)
            .Calendar;

        Assert.Equal(HolidayCalendar.Shipped.Holidays.Select(h => h.Date), calendar.ClosedDays.Order());
    }

    [Fact]
    public void The_night_before_a_holiday_runs_to_its_end_and_no_night_begins_on_it()
    {
        var calendar = DeskHours
            .Parse(Hours.File(Seoul, 7, ["18:00-02:00"], null, "설날"), HolidayCalendar.Shipped.Holidays)
            .Calendar;

        Assert.True(calendar.IsOpen(Hours.Local("2026-02-17 01:59", Seoul)));
        Assert.False(calendar.IsOpen(Hours.Local("2026-02-17 19:00", Seoul)));
        Assert.False(calendar.IsOpen(Hours.Local("2026-02-18 01:00", Seoul)));
        Assert.True(calendar.IsOpen(Hours.Local("2026-02-18 18:00", Seoul)));
    }

    [Fact]
    public void A_day_may_have_many_intervals_in_any_order_that_overlap()
    {
        var calendar = Hours.Daily(Seoul, "13:00-18:00", "09:00-12:00", "11:00-12:30", "22:00-23:59");
        var open = calendar.OpenFrom(Hours.Local("2026-03-02 00:00", Seoul)).TakeWhile(p => p.Start < Midnight);

        Assert.Equal(TimeSpan.FromHours(3 + 0.5 + 5 + 2), open.Aggregate(TimeSpan.Zero, (sum, p) => sum + p.Length));
    }

    [Theory]
    [InlineData("2026-03-29 01:30", "2026-03-29 03:00", 30)]
    [InlineData("2026-10-25 01:30", "2026-10-25 03:00", 150)]
    public void A_clock_change_shortens_and_lengthens_a_night(string start, string end, int minutes)
    {
        const string berlin = "Europe/Berlin";
        var time = new WorkTime(Hours.Daily(berlin, "22:00-06:00"), []);

        Assert.Equal(TimeSpan.FromMinutes(minutes), time.Elapsed(Hours.Local(start, berlin), Hours.Local(end, berlin)));
    }

    [Theory]
    [InlineData("2026-03-29", "01:00")]
    [InlineData("2026-10-25", "00:30")]
    public void An_interval_that_begins_where_the_clock_leaps_begins_after_the_leap_and_at_the_first_of_two(
        string day,
        string start
    ) =>
        Assert.Equal(
            Hours.Utc($"{day} {start}"),
            Hours.Daily("Europe/Berlin", "02:30-04:00").OpenFrom(Hours.Utc($"{day} 00:00")).First().Start
        );

    [Theory]
    [InlineData("Asia/Seoull", "09:00-18:00", "")]
    [InlineData("Korea Standard Time", "09:00-18:00", "")]
    [InlineData(Seoul, "24:00-25:00", "")]
    [InlineData(Seoul, "24:00-02:00", "")]
    [InlineData(Seoul, "9:00-18:00", "")]
    [InlineData(Seoul, "09:00-18:60", "")]
    [InlineData(Seoul, "09:00-18:00", "2026-02-16T00:00/2026-02-16T00:00")]
    [InlineData(Seoul, "09:00-18:00", "2026-02-16/2026-02-17")]
    public void Hours_that_are_wrong_are_refused(string zone, string interval, string closure)
    {
        var file = Hours.File(zone, 7, [interval], closure.Length > 0 ? [closure] : []);

        Assert.Throws<InvalidDataException>(() => DeskHours.Parse(file, []));
    }

    [Fact]
    public void Hours_that_name_an_unknown_holiday_lack_a_part_or_know_another_are_refused()
    {
        Assert.Throws<InvalidDataException>(() =>
            DeskHours.Parse(Hours.File(Seoul, 7, [], null, "없는 날"), HolidayCalendar.Shipped.Holidays)
        );
        Assert.Throws<InvalidDataException>(() => DeskHours.Parse("{}"u8.ToArray(), []));
        var text = Encoding.UTF8.GetString(Hours.File(Seoul, 7, ["09:00-18:00"]));
        var other = text.Replace("\"version\"", "\"lunch\":1,\"version\"", StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => DeskHours.Parse(Encoding.UTF8.GetBytes(other), []));
    }

    private static DateTimeOffset Midnight => Hours.Local("2026-03-03 00:00", Seoul);
}
