using System.Globalization;
using Mobility.Holidays;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;

namespace Mobility.Tests.Refunds;

/// <summary>
/// Three business days on the calendar of 2026 and 2027: Chuseok is 24 to 26 September 2026, 5 October is the
/// substitute for a Saturday (almanac of 2026, checked by HolidayCalendarTests against the moon and the law). Local
/// times of Seoul.
/// </summary>
public sealed class StatutoryClockTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    [Theory]
    // Any instant of a day has the same time, the day itself does not count.
    [InlineData("2026-11-16 00:00:00.000", "2026-11-20")]
    [InlineData("2026-11-16 23:59:59.999", "2026-11-20")]
    [InlineData("2026-11-18 12:00:00.000", "2026-11-24")]
    // Over a weekend, and asked for within it.
    [InlineData("2026-11-20 18:00:00.000", "2026-11-26")]
    [InlineData("2026-11-21 00:00:00.000", "2026-11-26")]
    [InlineData("2026-11-22 23:59:59.999", "2026-11-26")]
    [InlineData("2026-11-23 00:00:00.000", "2026-11-27")]
    // Chuseok: Thursday to Saturday, then a Sunday.
    [InlineData("2026-09-22 23:59:59.999", "2026-09-30")]
    [InlineData("2026-09-23 00:00:00.000", "2026-10-01")]
    [InlineData("2026-09-25 12:00:00.000", "2026-10-01")]
    [InlineData("2026-09-27 23:59:59.999", "2026-10-01")]
    [InlineData("2026-09-28 00:00:00.000", "2026-10-02")]
    // A substitute holiday on a Monday, and Hangul Day on the Friday after it.
    [InlineData("2026-10-01 09:00:00.000", "2026-10-08")]
    [InlineData("2026-10-02 09:00:00.000", "2026-10-09")]
    [InlineData("2026-10-05 23:59:59.999", "2026-10-09")]
    [InlineData("2026-10-06 00:00:00.000", "2026-10-13")]
    // The turn of the year: New Year's Day is a Friday.
    [InlineData("2026-12-30 23:59:59.999", "2027-01-06")]
    [InlineData("2026-12-31 23:59:59.999", "2027-01-07")]
    [InlineData("2027-01-01 00:00:00.000", "2027-01-07")]
    // Of a year that nobody announced yet no holiday is known: the time is early, not late.
    [InlineData("2027-12-30 12:00:00.000", "2028-01-05")]
    public void Three_business_days_end_with_the_day(string asked, string due) =>
        Assert.Equal(At(due), StatutoryClock.Due(At(asked), Seoul, HolidayCalendar.Shipped));

    [Fact]
    public void Claims_have_a_time_by_law_and_favours_have_none()
    {
        var due = ReasonCatalogue
            .Current.Reasons.Where(reason =>
                StatutoryClock.DueOf(Asked(reason.Code), HolidayCalendar.Shipped) is not null
            )
            .Select(reason => reason.Code);

        Assert.Equal(
            [
                "DOUBLE_CHARGED",
                "OVERCHARGED",
                "PARKING_FEE_WRONG",
                "RIDE_CUT_SHORT",
                "RIDE_NOT_ENDED",
                "UNLOCK_FAILED",
                "VEHICLE_UNSAFE",
                "WITHDRAWAL",
            ],
            due.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(RefundAction.CardRefund, true)]
    [InlineData(RefundAction.Coupon, true)]
    [InlineData(RefundAction.EndRide, false)]
    [InlineData(RefundAction.LockVehicle, false)]
    public void Only_an_amount_has_a_time(RefundAction action, bool has)
    {
        var facts = Facts with { Request = Facts.Request with { Action = action } };

        Assert.Equal(has, StatutoryClock.DueOf(facts, HolidayCalendar.Shipped) is not null);
    }

    [Fact]
    public void Agreement_starts_no_clock_anew() =>
        Assert.Null(StatutoryClock.DueOf(Facts with { Agreed = [MemberRole.Lead] }, HolidayCalendar.Shipped));

    [Theory]
    [InlineData(-24 * 3_600_001L, DueAlert.Unspecified)]
    [InlineData(-24 * 3_600_000L, DueAlert.DayBefore)]
    [InlineData(-4 * 3_600_000L - 1, DueAlert.DayBefore)]
    [InlineData(-4 * 3_600_000L, DueAlert.HoursBefore)]
    [InlineData(-1L, DueAlert.HoursBefore)]
    [InlineData(0L, DueAlert.Overdue)]
    [InlineData(1_000_000_000L, DueAlert.Overdue)]
    public void The_alert_is_the_latest_that_was_reached(long milliseconds, DueAlert alert) =>
        Assert.Equal(alert, StatutoryClock.Alert(Noon, Noon.AddMilliseconds(milliseconds)));

    [Theory]
    [InlineData("2026-10-08 23:59:59.999", 0)]
    [InlineData("2026-10-09 00:00:00.000", 9)] // 8.22 won
    [InlineData("2026-10-09 23:59:59.999", 9)]
    [InlineData("2026-10-10 00:00:00.000", 17)] // 16.44 won
    [InlineData("2027-10-08 12:00:00.000", 3_000)] // a year: 15 %
    [InlineData("2027-10-09 00:00:00.000", 3_009)]
    public void Interest_is_15_per_cent_a_year_by_days_that_began(string until, long won) =>
        Assert.Equal(won, StatutoryClock.Interest(20_000, At("2026-10-09 00:00:00.000"), At(until), Seoul));

    [Fact]
    public void No_interest_overflows() =>
        Assert.Equal(
            long.MaxValue / 100 * 15,
            StatutoryClock.Interest(long.MaxValue / 100 * 100, Noon, Noon.AddDays(364), Seoul)
        );

    private static RefundFacts Asked(string reason) => Facts with { Request = Facts.Request with { Reason = reason } };

    private static DateTimeOffset At(string local) =>
        new(
            DateTime.ParseExact(
                local.Length == 10 ? local + " 00:00:00.000" : local,
                "yyyy-MM-dd HH:mm:ss.fff",
                CultureInfo.InvariantCulture
            ),
            TimeSpan.FromHours(9)
        );
}
