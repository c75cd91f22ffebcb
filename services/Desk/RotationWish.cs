using System.Globalization;
using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>A request for a rotation, read.</summary>
internal sealed record RotationWish
{
    private const int WeeksMax = 26;
    private const int PeopleMax = 30;
    private const int RunDaysLimit = 14;
    private const int MinutesOfDay = 1_440;

    /// <summary>A run that began earlier than this, or ends later, is longer than any limit.</summary>
    private const int MarginDays = 31;

    /// <summary>People do not plan further, and a year typed wrong is caught.</summary>
    private const int AwayDaysMax = 731;

    public required RotationPlan Plan { get; init; }
    public required List<Guid> People { get; init; }
    public required DutyRole Role { get; init; }
    public required int StartMinute { get; init; }
    public required int EndMinute { get; init; }
    public required int RunDaysMax { get; init; }

    /// <summary>What people at the desk call the pattern.</summary>
    public static string Letter(ShiftPattern pattern) =>
        pattern switch
        {
            ShiftPattern.MondayToFriday => "A",
            ShiftPattern.TuesdayToSaturday => "B",
            _ => "C",
        };

    public static RotationWish Read(CreateRotationRequest request, TimeZoneInfo zone, DateTimeOffset now, Check check)
    {
        var monday = Monday(
            request.FirstMonday,
            DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).Date),
            check
        );
        check.That(request.WeekCount is >= 1 and <= WeeksMax, "week_count", "must be 1 to 26");
        check.That(request.People.Count is >= 1 and <= PeopleMax, "people", "must name 1 to 30 people");
        check.That(IsOnceEach(request.People), "people", "must name each person once");
        check.That(request.Order.Count is >= 1 and <= 3, "order", "must name 1 to 3 patterns");
        check.That(IsOnceEach(request.Order), "order", "must name each pattern once");
        foreach (var (pattern, n) in request.Order.Take(3).Select((pattern, n) => (pattern, n)))
        {
            check.Known(pattern, $"order[{n}]");
        }

        check.Known(request.Role, "role");
        check.That(request.StartMinute is >= 0 and < MinutesOfDay, "start_minute", "must be 0 to 1,439");
        check.That(
            request.EndMinute > request.StartMinute && request.EndMinute <= MinutesOfDay,
            "end_minute",
            "must be greater than start_minute and at most 1,440"
        );
        var longest = (int)Shift.LongestSpan.TotalMinutes;
        check.That(
            (long)request.EndMinute - request.StartMinute <= longest,
            "end_minute",
            "must be at most 14 hours after start_minute"
        );
        check.That(request.RunDaysMax is >= 1 and <= RunDaysLimit, "run_days_max", "must be 1 to 14");
        return new()
        {
            Plan = new RotationPlan(monday, request.WeekCount, request.People.Count, [.. request.Order]),
            People = ReadPeople(request.People, check),
            Role = request.Role,
            StartMinute = request.StartMinute,
            EndMinute = request.EndMinute,
            RunDaysMax = request.RunDaysMax,
        };
    }

    /// <summary>The shift of a day.</summary>
    public Period SpanOf(DateOnly day, TimeZoneInfo zone) => new(At(day, StartMinute, zone), At(day, EndMinute, zone));

    /// <summary>The weeks, and the days around them that can lengthen a run.</summary>
    public Period WithMargin(TimeZoneInfo zone) =>
        new(
            At(Plan.FirstMonday.AddDays(-MarginDays), 0, zone),
            At(Plan.FirstMonday.AddDays((Plan.WeekCount * 7) + MarginDays), 0, zone)
        );

    private static DateTimeOffset At(DateOnly day, int minute, TimeZoneInfo zone) =>
        BusinessCalendar.InstantOf(day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute), zone);

    private static DateOnly Monday(string text, DateOnly today, Check check)
    {
        var right = DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        );
        check.That(right && day.DayOfWeek == DayOfWeek.Monday, "first_monday", "must be a Monday such as 2026-03-02");
        check.That(
            !right || Math.Abs(day.DayNumber - today.DayNumber) <= AwayDaysMax,
            "first_monday",
            "must lie within two years of today"
        );
        return day;
    }

    private static List<Guid> ReadPeople(IEnumerable<string> names, Check check)
    {
        var people = new List<Guid>();
        foreach (var (name, n) in names.Take(PeopleMax).Select((name, n) => (name, n)))
        {
            var known = ResourceName.TryParseTop(name, "people", out var person);
            check.That(known, $"people[{n}]", "must have the form people/{uuid}");
            people.Add(person);
        }

        return people;
    }

    private static bool IsOnceEach<T>(IReadOnlyCollection<T> values) => values.Distinct().Count() == values.Count;
}
