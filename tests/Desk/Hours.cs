using System.Text;
using System.Text.Json;
using Mobility.Desk;

namespace Mobility.Tests.Desk;

/// <summary>Calendars for tests, made through the file format that the service reads.</summary>
internal static class Hours
{
    private static readonly string[] Days =
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];

    /// <summary>Every day the same intervals, "09:00-12:00".</summary>
    public static BusinessCalendar Daily(string zone, params string[] intervals) => Of(zone, 7, intervals);

    /// <summary>Monday to Friday the same intervals.</summary>
    public static BusinessCalendar Weekdays(string zone, params string[] intervals) => Of(zone, 5, intervals);

    /// <summary>The file's text.</summary>
    /// <param name="zone">IANA name.</param>
    /// <param name="days">How many days from Monday have the intervals.</param>
    /// <param name="intervals">"09:00-12:00".</param>
    /// <param name="closures">"2026-02-16T00:00/2026-02-19T00:00".</param>
    /// <param name="holidays">Names of holidays on which the desk does not open.</param>
    public static byte[] File(
        string zone,
        int days,
        IEnumerable<string> intervals,
        IEnumerable<string>? closures = null,
        params string[] holidays
    ) =>
        Encoding.UTF8.GetBytes(
            JsonSerializer.Serialize(
                new
                {
                    version = "test",
                    zone,
                    week = Days.Select((day, n) => (day, list: n < days ? Read(intervals) : []))
                        .ToDictionary(pair => pair.day, pair => pair.list, StringComparer.Ordinal),
                    closed_on_holidays = holidays,
                    closures = (closures ?? []).Select(text => new
                    {
                        start = text.Split('/')[0],
                        end = text.Split('/')[1],
                        reason = "test",
                    }),
                }
            )
        );

    public static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(
            text,
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal
        );

    /// <summary>A local time of the zone.</summary>
    public static DateTimeOffset Local(string text, string zone) =>
        BusinessCalendar.InstantOf(
            DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
            TimeZoneInfo.FindSystemTimeZoneById(zone)
        );

    private static BusinessCalendar Of(string zone, int days, string[] intervals) =>
        DeskHours.Parse(File(zone, days, intervals), []).Calendar;

    private static object[] Read(IEnumerable<string> intervals) =>
        [.. intervals.Select(text => new { start = text.Split('-')[0], end = text.Split('-')[1] })];
}
