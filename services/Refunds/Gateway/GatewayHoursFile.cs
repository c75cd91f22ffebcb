using System.Globalization;
using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>The hours as their file has them. What is missing is empty, so that it is named beside all else that is
/// wrong.</summary>
internal sealed record GatewayHoursFile(
    string Version = "",
    string Source = "",
    string Zone = "",
    IReadOnlyList<GatewayHoursFile.Closing>? BankClosed = null,
    IReadOnlyList<GatewayHoursFile.Window>? Maintenance = null
)
{
    private const int VersionMax = 32;
    private const int SourceMax = 1_000;
    private const int MinutesOfDay = 24 * 60;
    private const string Holiday = "HOLIDAY";

    /// <summary>An announced stretch is hours; a longer one is a typing error that would keep money back.</summary>
    private static readonly TimeSpan WindowMax = TimeSpan.FromDays(3);

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = false,
    };

    /// <summary>Local times of the zone; Days are those on which it begins, all when there are none.</summary>
    internal sealed record Closing(string Start = "", string End = "", IReadOnlyList<string>? Days = null);

    /// <summary>Instants with their offset.</summary>
    internal sealed record Window(string From = "", string To = "");

    public static GatewayHours Parse(byte[] content)
    {
        var file = Read(content);
        var wrong = new List<string>();
        var hours = file.Check(wrong);
        return wrong.Count == 0 ? hours : throw new InvalidDataException(string.Join("; ", wrong));
    }

    private static GatewayHoursFile Read(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<GatewayHoursFile>(content, Strict)
                ?? throw new InvalidDataException("the file is empty");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException("the file does not follow its schema: " + wrong.Message, wrong);
        }
    }

    private GatewayHours Check(List<string> wrong)
    {
        Demand(wrong, Version.Length is > 0 and <= VersionMax, $"version must have 1 to {VersionMax} characters");
        Demand(wrong, Source.Length is > 0 and <= SourceMax, $"source must have 1 to {SourceMax} characters");
        Demand(
            wrong,
            TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) && zone.HasIanaId,
            $"zone '{Zone}' is no IANA time zone"
        );
        List<BankClosing> closings = [.. (BankClosed ?? []).Select(closing => Read(closing, wrong))];
        Demand(wrong, HaveAnOpening(closings), "bank_closed leaves no moment of the week open");
        return new GatewayHours(
            zone ?? TimeZoneInfo.Utc,
            closings,
            [.. (Maintenance ?? []).Select(window => Read(window, wrong))]
        );
    }

    private static BankClosing Read(Closing closing, List<string> wrong)
    {
        var (start, end) = (Minute(closing.Start, wrong), Minute(closing.End, wrong));
        Demand(wrong, start is null or < MinutesOfDay, "a closing begins before 24:00, so at 00:00 of the day after");
        Demand(wrong, start != end || start is null, $"a closing from {closing.Start} to {closing.End} has no length");
        var days = new HashSet<DayOfWeek>();
        foreach (var name in (closing.Days ?? []).Where(name => name != Holiday))
        {
            var known = Enum.TryParse<DayOfWeek>(name, ignoreCase: true, out var day);
            Demand(
                wrong,
                known && name == day.ToString().ToUpperInvariant(),
                $"'{name}' must be a day from MONDAY to SUNDAY, or {Holiday}"
            );
            days.Add(day);
        }
        return new BankClosing(
            start ?? 0,
            end > start ? end.Value : (end ?? 0) + MinutesOfDay,
            days,
            closing.Days?.Contains(Holiday) ?? false
        );
    }

    private static (DateTimeOffset From, DateTimeOffset To) Read(Window window, List<string> wrong)
    {
        var (from, to) = (Instant(window.From, wrong), Instant(window.To, wrong));
        Demand(wrong, from is null || to is null || from < to, $"maintenance from {window.From} must end after it");
        Demand(
            wrong,
            from is null || to is null || to - from <= WindowMax,
            $"maintenance from {window.From} is longer than {WindowMax.Days} days"
        );
        return (from ?? default, to ?? default);
    }

    private static int? Minute(string text, List<string> wrong)
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
            out var at
        );
        Demand(wrong, right, $"'{text}' is no time of day such as 23:30");
        return right ? (at.Hour * 60) + at.Minute : null;
    }

    private static DateTimeOffset? Instant(string text, List<string> wrong)
    {
        var right = DateTimeOffset.TryParseExact(
            text,
            "yyyy-MM-dd'T'HH:mm:ssK",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        );
        right &= text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        Demand(wrong, right, $"'{text}' is no instant such as 2027-01-10T02:00:00+09:00");
        return right ? at.ToUniversalTime() : null;
    }

    /// <summary>In a week without a holiday, by the minute: what never opens would wait for ever.</summary>
    private static bool HaveAnOpening(IReadOnlyList<BankClosing> closings)
    {
        const int minutesOfWeek = 7 * MinutesOfDay;
        var isClosed = new bool[minutesOfWeek];
        foreach (var closing in closings.Where(closing => closing.Days.Count > 0 || !closing.OnHolidays))
        {
            var days = Enum.GetValues<DayOfWeek>().Where(day => closing.Days.Count == 0 || closing.Days.Contains(day));
            foreach (var day in days)
            {
                for (var minute = closing.StartMinute; minute < closing.EndMinute; minute++)
                {
                    isClosed[(((int)day * MinutesOfDay) + minute) % minutesOfWeek] = true;
                }
            }
        }
        return isClosed.Contains(false);
    }

    private static void Demand(List<string> wrong, bool holds, string otherwise)
    {
        if (!holds)
        {
            wrong.Add(otherwise);
        }
    }
}
