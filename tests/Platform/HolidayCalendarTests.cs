using System.Globalization;
using System.Text;
using Mobility.Holidays;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The list against the law and against the calendar of the moon, neither of which the list was made from.
/// </summary>
public sealed class HolidayCalendarTests
{
    private static readonly KoreanLunisolarCalendar Moon = new();
    private static readonly IReadOnlyList<Holiday> All = HolidayCalendar.Shipped.Holidays;

    [Theory]
    [InlineData(2024, 19)]
    [InlineData(2025, 19)]
    [InlineData(2026, 22)]
    [InlineData(2027, 24)]
    public void Every_year_is_whole(int year, int count) => Assert.Equal(count, All.Count(h => h.Date.Year == year));

    [Theory]
    [InlineData("설날", 1, 1)]
    [InlineData("추석", 8, 15)]
    [InlineData("부처님 오신 날", 4, 8)]
    public void A_day_of_the_moon_is_where_the_moon_has_it(string name, int month, int day) =>
        Assert.All([2026, 2027], year => Assert.Equal(DayOfTheMoon(year, month, day), Named(name, year)));

    [Theory]
    [InlineData("설날")]
    [InlineData("추석")]
    public void The_great_feasts_have_a_day_before_and_a_day_after(string name) =>
        Assert.All(
            [2024, 2025, 2026, 2027],
            year =>
            {
                Assert.Equal(Named(name, year).AddDays(-1), Named($"{name} 전날", year));
                Assert.Equal(Named(name, year).AddDays(1), Named($"{name} 다음 날", year));
            }
        );

    [Theory]
    [InlineData("1월 1일", 1, 1)]
    [InlineData("3·1절", 3, 1)]
    [InlineData("노동절", 5, 1)]
    [InlineData("어린이날", 5, 5)]
    [InlineData("현충일", 6, 6)]
    [InlineData("제헌절", 7, 17)]
    [InlineData("광복절", 8, 15)]
    [InlineData("개천절", 10, 3)]
    [InlineData("한글날", 10, 9)]
    [InlineData("기독탄신일", 12, 25)]
    public void A_day_of_the_sun_is_there_every_year(string name, int month, int day) =>
        Assert.All([2026, 2027], year => Assert.Equal(new DateOnly(year, month, day), Named(name, year)));

    [Fact]
    public void The_substitute_days_are_those_that_the_law_gives()
    {
        var given = All.Where(h => h.Kind == HolidayKind.Substitute);

        Assert.Equal(SubstitutesByLaw().Order(), given.Select(h => h.Date));
    }

    [Fact]
    public void Election_day_is_the_wednesday_that_the_law_names() =>
        Assert.Equal(new DateOnly(2026, 6, 3), Named("전국동시지방선거", 2026));

    [Theory]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"version":"2027-4","note":"x"}""")]
    [InlineData("null")]
    [InlineData("")]
    public void A_list_that_is_wrong_is_refused(string file) =>
        Assert.Throws<InvalidDataException>(() => HolidayCalendar.Parse(Encoding.UTF8.GetBytes(file)));

    [Fact]
    public void A_list_with_a_day_twice_is_refused()
    {
        var file = HolidayFiles.Declared("2027-4", "2026-03-01").ToJsonString();

        var refused = Assert.Throws<InvalidDataException>(() => HolidayCalendar.Parse(Encoding.UTF8.GetBytes(file)));

        Assert.Equal("2026-03-01 does not come after the day before it", refused.Message);
    }

    /// <summary>Article 3 of the Public Holidays Act with its decree: the next day that is neither a Sunday nor a
    /// holiday. New Year's Day, Memorial Day and elections have none, the great feasts none for a Saturday;
    /// two on one day have one.</summary>
    private static IEnumerable<DateOnly> SubstitutesByLaw()
    {
        var proper = All.Where(h => h.Kind != HolidayKind.Substitute).ToList();
        foreach (var holiday in proper)
        {
            var feast =
                holiday.NameKo.StartsWith("설날", StringComparison.Ordinal)
                || holiday.NameKo.StartsWith("추석", StringComparison.Ordinal);
            var excepted =
                holiday.NameKo is "1월 1일" or "현충일" or "전국동시지방선거" or "국회의원 선거일" or "대통령 선거일";
            var twoOnOneDay = holiday.NameKo is "어린이날·부처님 오신 날";
            var weekend =
                holiday.Date.DayOfWeek == DayOfWeek.Sunday || (!feast && holiday.Date.DayOfWeek == DayOfWeek.Saturday);
            if (excepted || (!weekend && !twoOnOneDay))
            {
                continue;
            }

            var next = holiday.Date;
            do
            {
                next = next.AddDays(1);
            } while (next.DayOfWeek == DayOfWeek.Sunday || proper.Any(h => h.Date == next));
            yield return next;
        }
    }

    private static DateOnly Named(string name, int year) =>
        Assert.Single(All, h => h.NameKo == name && h.Date.Year == year).Date;

    private static DateOnly DayOfTheMoon(int year, int month, int day)
    {
        // A leap month pushes the numbers of those after it up by one.
        var leap = Moon.GetLeapMonth(year);
        var number = leap > 0 && month >= leap ? month + 1 : month;
        return DateOnly.FromDateTime(Moon.ToDateTime(year, number, day, 0, 0, 0, 0));
    }
}
