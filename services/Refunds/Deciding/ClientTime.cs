using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Instants as the client's zone names them; every period is half-open and returned in UTC.</summary>
public static class ClientTime
{
    public static TimeZoneInfo Zone(string name) => TimeZoneInfo.FindSystemTimeZoneById(name);

    public static DateTime Local(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).DateTime;

    public static (DateTimeOffset Start, DateTimeOffset? End) Day(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var day = Local(instant, zone).Date;
        return (InstantOf(day, zone), InstantOf(day.AddDays(1), zone));
    }

    /// <summary>The week from Monday.</summary>
    public static (DateTimeOffset Start, DateTimeOffset? End) Week(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var day = Local(instant, zone).Date;
        var monday = day.AddDays(1 - IsoDay(day));
        return (InstantOf(monday, zone), InstantOf(monday.AddDays(7), zone));
    }

    public static (DateTimeOffset Start, DateTimeOffset? End) Month(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var day = Local(instant, zone).Date;
        var first = day.AddDays(1 - day.Day);
        return (InstantOf(first, zone), InstantOf(first.AddMonths(1), zone));
    }

    /// <summary>The day of the zone in which the instant lies.</summary>
    public static DateOnly DateOf(DateTimeOffset instant, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(Local(instant, zone));

    /// <summary>Where the day begins.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone) =>
        InstantOf(day.ToDateTime(TimeOnly.MinValue), zone);

    /// <summary>Does the instant lie in the window of the week?</summary>
    public static bool Within(TimeWindow window, DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = Local(instant, zone);
        var minute = (local.Hour * 60) + local.Minute;
        return window.Days.Contains(IsoDay(local)) && minute >= window.StartMinute && minute < window.EndMinute;
    }

    /// <summary>
    /// Until when the gateway can pay back, exclusive; null when nothing limits it.
    /// A carrier closes its bill with the month.
    /// </summary>
    public static DateTimeOffset? RefundableUntil(PaymentFacts payment, TimeZoneInfo zone) =>
        payment.Instrument == Instrument.MobileCarrier ? Month(payment.ApproveTime, zone).End : null;

    private static int IsoDay(DateTime day) => day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek;

    /// <summary>When the zone's clocks show that time. One that changes its clock at midnight has days that begin
    /// later, or a midnight that happens twice: the first counts.</summary>
    public static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
