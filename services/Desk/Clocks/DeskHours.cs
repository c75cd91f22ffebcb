using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Serialization;
using Mobility.Holidays;

namespace Mobility.Desk;

/// <summary>The desk's business hours, read from the file that the build carries.</summary>
public sealed record DeskHours(string Version, BusinessCalendar Calendar)
{
    private const int MinutesOfDay = 24 * 60;

    private static readonly ConcurrentDictionary<string, DeskHours> Known = new(StringComparer.Ordinal);

    /// <summary>The hours that this build carries, with the holidays of that version.</summary>
    public static DeskHours Of(HolidayCalendar calendar) =>
        Known.GetOrAdd(calendar.Version, _ => Parse(DataFile.Embedded("business-hours.json"), calendar.Holidays));

    /// <summary>The hours as they were known at an instant: what is declared later moves no clock that runs.</summary>
    public static Func<DateTimeOffset, BusinessCalendar> KnownAt(HolidayCalendars holidays) =>
        time => Of(holidays.At(time)).Calendar;

    /// <summary>Reads hours; InvalidDataException names the first thing that is wrong with them.</summary>
    public static DeskHours Parse(byte[] file, IReadOnlyList<Holiday> holidays)
    {
        var content = DataFile.Read<HoursFile>(file);
        DataFile.Demand(content.Version.Length is > 0 and <= 32, "The version must have 1 to 32 characters.");
        DataFile.Demand(
            TimeZoneInfo.TryFindSystemTimeZoneById(content.Zone, out var zone) && zone.HasIanaId,
            $"'{content.Zone}' is no IANA time zone."
        );
        var week = content
            .Week.Days.SelectMany(day => day.Intervals.Select(interval => (day.Day, Interval: Read(interval))))
            .ToLookup(pair => pair.Day, pair => pair.Interval);
        var calendar = new BusinessCalendar(
            zone!,
            week,
            ClosedDays(content.ClosedOnHolidays, holidays),
            [.. content.Closures.Select(closure => Read(closure, zone!))]
        );
        return new(content.Version, calendar);
    }

    private static HashSet<DateOnly> ClosedDays(IReadOnlyList<string> names, IReadOnlyList<Holiday> holidays)
    {
        foreach (var name in names.Where(name => name is not "*"))
        {
            DataFile.Demand(holidays.Any(holiday => holiday.NameKo == name), $"No holiday has the name '{name}'.");
        }

        return
        [
            .. holidays
                .Where(holiday => names.Contains("*") || names.Contains(holiday.NameKo))
                .Select(holiday => holiday.Date),
        ];
    }

    private static DayInterval Read(IntervalText interval)
    {
        var start = Minute(interval.Start);
        var end = Minute(interval.End);
        DataFile.Demand(start < MinutesOfDay, "An interval must start before 24:00.");
        // People write the end of the day as its last minute; that minute is not to be lost.
        end = end == MinutesOfDay - 1 ? MinutesOfDay : end;
        return new DayInterval(start, end > start ? end : end + MinutesOfDay);
    }

    private static int Minute(string text)
    {
        if (text is "24:00")
        {
            return MinutesOfDay;
        }

        var right = TimeOnly.TryParseExact(
            text,
            "HH:mm",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time
        );
        DataFile.Demand(right, $"'{text}' is no time of day such as 09:00.");
        return (time.Hour * 60) + time.Minute;
    }

    private static Period Read(ClosureText closure, TimeZoneInfo zone)
    {
        var period = new Period(Instant(closure.Start, zone), Instant(closure.End, zone));
        DataFile.Demand(!period.IsEmpty, $"The closure from {closure.Start} must end after its start.");
        DataFile.Demand(closure.Reason.Length is > 0 and <= 200, $"The closure from {closure.Start} needs a reason.");
        return period;
    }

    private static DateTimeOffset Instant(string text, TimeZoneInfo zone)
    {
        const string form = "yyyy-MM-ddTHH:mm";
        var right = DateTime.TryParseExact(
            text,
            form,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var local
        );
        DataFile.Demand(right, $"'{text}' is no local time such as 2026-02-16T00:00.");
        return BusinessCalendar.InstantOf(local, zone);
    }

    private sealed record HoursFile(
        [property: JsonRequired] string Version,
        [property: JsonRequired] string Zone,
        [property: JsonRequired] WeekText Week,
        [property: JsonRequired] IReadOnlyList<string> ClosedOnHolidays,
        [property: JsonRequired] IReadOnlyList<ClosureText> Closures,
        string Note = ""
    );

    private sealed record WeekText(
        [property: JsonRequired] IReadOnlyList<IntervalText> Monday,
        [property: JsonRequired] IReadOnlyList<IntervalText> Tuesday,
        [property: JsonRequired] IReadOnlyList<IntervalText> Wednesday,
        [property: JsonRequired] IReadOnlyList<IntervalText> Thursday,
        [property: JsonRequired] IReadOnlyList<IntervalText> Friday,
        [property: JsonRequired] IReadOnlyList<IntervalText> Saturday,
        [property: JsonRequired] IReadOnlyList<IntervalText> Sunday
    )
    {
        [JsonIgnore]
        public IEnumerable<(DayOfWeek Day, IReadOnlyList<IntervalText> Intervals)> Days =>
            [
                (DayOfWeek.Monday, Monday),
                (DayOfWeek.Tuesday, Tuesday),
                (DayOfWeek.Wednesday, Wednesday),
                (DayOfWeek.Thursday, Thursday),
                (DayOfWeek.Friday, Friday),
                (DayOfWeek.Saturday, Saturday),
                (DayOfWeek.Sunday, Sunday),
            ];
    }

    private sealed record IntervalText([property: JsonRequired] string Start, [property: JsonRequired] string End);

    private sealed record ClosureText(
        [property: JsonRequired] string Start,
        [property: JsonRequired] string End,
        [property: JsonRequired] string Reason
    );
}
