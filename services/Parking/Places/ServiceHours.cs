using Mobility.Holidays;

namespace Mobility.Parking;

/// <summary>Hours of service on days of the week, local time, half-open; "24:00" is the day's end.</summary>
public sealed record OpenHours(IReadOnlyList<string> Days, string Open, string Close)
{
    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <summary>Are they days and times, with the opening before the close?</summary>
    public bool IsSound =>
        OpenMinute >= 0
        && CloseMinute > OpenMinute
        && Days.Count > 0
        && Days.All(d => Weekdays.Contains(d, StringComparer.Ordinal));

    public int OpenMinute => Minute(Open);
    public int CloseMinute => Minute(Close);

    public bool IsOn(DayOfWeek day) => Days.Contains(Weekdays[(int)day], StringComparer.Ordinal);

    /// <summary>Minutes since midnight, -1 when it is no time of day.</summary>
    private static int Minute(string text) =>
        text is [var h, var i, ':', var m, var s]
        && char.IsAsciiDigit(h)
        && char.IsAsciiDigit(i)
        && char.IsAsciiDigit(m)
        && char.IsAsciiDigit(s)
        && ((h - '0') * 600) + ((i - '0') * 60) + ((m - '0') * 10) + (s - '0') is var minute and <= 1440
        && m <= '5'
            ? minute
            : -1;
}

/// <summary>The clock of an ordinance: it runs only during service hours of the city, and not on the holidays on which
/// it is closed; null when it is open on them.</summary>
public sealed class ServiceHours(IReadOnlyList<OpenHours> hours, HolidayCalendar? closedOn, TimeZoneInfo zone)
{
    /// <summary>No grace outlasts this, whatever the hours; a city that serves one hour a week has it in a
    /// year.</summary>
    private const int DaysMax = 400;

    /// <summary>The first moment at which so many minutes of service have passed since then, exclusive for who must be
    /// gone; the moment itself for 0 minutes.</summary>
    public DateTimeOffset DueTime(DateTimeOffset since, int minutes)
    {
        var left = TimeSpan.FromMinutes(minutes);
        if (left <= TimeSpan.Zero)
        {
            return since;
        }
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(since, zone).DateTime);
        for (var day = 0; day < DaysMax; day++)
        {
            foreach (var (open, close) in OfDay(first.AddDays(day)))
            {
                var start = open > since ? open : since;
                if (close <= start)
                {
                    continue;
                }
                if (close - start >= left)
                {
                    return start + left;
                }
                left -= close - start;
            }
        }
        throw new InvalidOperationException("The service hours never give the grace.");
    }

    /// <summary>Service of a local day in UTC, in order.</summary>
    private IEnumerable<(DateTimeOffset Open, DateTimeOffset Close)> OfDay(DateOnly day)
    {
        if (closedOn?.IsHoliday(day) == true)
        {
            return [];
        }
        return hours
            .Where(h => h.IsOn(day.DayOfWeek))
            .OrderBy(h => h.OpenMinute)
            .Select(h => (Instant(day, h.OpenMinute), Instant(day, h.CloseMinute)));
    }

    private DateTimeOffset Instant(DateOnly day, int minute)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
