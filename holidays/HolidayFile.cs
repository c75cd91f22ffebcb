using System.Globalization;
using System.Text.Json;

namespace Mobility.Holidays;

/// <summary>A calendar as its file has it. What is missing is empty, so that it is named beside all else that is
/// wrong.</summary>
internal sealed record HolidayFile(
    string Version = "",
    int FirstYear = 0,
    int LastYear = 0,
    string Source = "",
    IReadOnlyList<HolidayFile.Day>? Holidays = null
)
{
    /// <summary>The fewest days that the law itself made free in a year; two of them may meet.</summary>
    private const int StatutoryDaysMin = 14;
    private const int SourceMax = 500;
    private const int NameMax = 60;
    private const int EarliestYear = 2000;
    private const int LatestYear = 2100;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = false,
    };

    /// <summary>A day as the file has it.</summary>
    internal sealed record Day(string Date = "", string Kind = "", string NameKo = "", string NameEn = "");

    /// <summary>All that this build carries.</summary>
    public static IEnumerable<HolidayCalendar> Shipped()
    {
        var assembly = typeof(HolidayFile).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            yield return Parse(bytes);
        }
    }

    public static HolidayCalendar Parse(byte[] content)
    {
        var file = Read(content);
        var wrong = new List<string>();
        var holidays = file.Check(wrong).ToList();
        return wrong.Count == 0
            ? new HolidayCalendar(file, content, holidays)
            : throw new InvalidDataException(string.Join("; ", wrong));
    }

    /// <summary>Year and number of a version; null for a text that is none.</summary>
    public static (int Year, int Number)? RankOf(string version) =>
        version.Split('-') is [{ Length: 4 } year, { Length: >= 1 and <= 4 } number]
        && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y)
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? (y, n)
            : null;

    private static HolidayFile Read(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<HolidayFile>(content, Strict)
                ?? throw new InvalidDataException("the file is empty");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException("the file does not follow its schema: " + wrong.Message, wrong);
        }
    }

    private List<Holiday> Check(List<string> wrong)
    {
        void Demand(bool holds, string otherwise)
        {
            if (!holds)
            {
                wrong.Add(otherwise);
            }
        }

        Demand(RankOf(Version) is not null, $"version '{Version}' must have the form 2027-3");
        var years = FirstYear >= EarliestYear && LastYear <= LatestYear && FirstYear <= LastYear;
        Demand(years, $"first_year and last_year must be years of {EarliestYear} to {LatestYear}, the first first");
        Demand(Source.Length is > 0 and <= SourceMax, $"source must have 1 to {SourceMax} characters");
        var holidays = new List<Holiday>();
        foreach (var day in Holidays ?? [])
        {
            var dated = DateOnly.TryParseExact(day.Date, "yyyy-MM-dd", out var date);
            var known = Enum.TryParse<HolidayKind>(day.Kind, ignoreCase: true, out var kind);
            Demand(dated, $"'{day.Date}' is no date such as 2027-01-01");
            Demand(
                known && day.Kind == kind.ToString().ToUpperInvariant(),
                $"{day.Date}: kind '{day.Kind}' must be STATUTORY, SUBSTITUTE or TEMPORARY"
            );
            Demand(
                day.NameKo.Length is > 0 and <= NameMax && day.NameEn.Length is > 0 and <= NameMax,
                $"{day.Date}: name_ko and name_en must have 1 to {NameMax} characters"
            );
            Demand(
                !dated || (date.Year >= FirstYear && date.Year <= LastYear),
                $"{day.Date} lies outside first_year to last_year"
            );
            Demand(
                !dated || holidays.Count == 0 || date > holidays[^1].Date,
                $"{day.Date} does not come after the day before it"
            );
            holidays.Add(new Holiday(date, kind, day.NameKo, day.NameEn));
        }
        for (var year = FirstYear; years && year <= LastYear; year++)
        {
            var count = holidays.Count(day => day.Date.Year == year && day.Kind == HolidayKind.Statutory);
            Demand(count >= StatutoryDaysMin, $"{year} has {count} statutory days, at least {StatutoryDaysMin}");
        }
        return holidays;
    }
}
