using System.Security.Cryptography;

namespace Mobility.Holidays;

/// <summary>Why a day is free.</summary>
public enum HolidayKind
{
    /// <summary>By the law itself.</summary>
    Statutory,

    /// <summary>For a holiday that fell on another free day.</summary>
    Substitute,

    /// <summary>Declared by the government, often at short notice.</summary>
    Temporary,
}

/// <summary>A public holiday.</summary>
/// <param name="Date">The day, in Korea.</param>
/// <param name="Kind">Why it is free.</param>
/// <param name="NameKo">Its name as the almanac writes it.</param>
/// <param name="NameEn">Its name in English.</param>
public sealed record Holiday(DateOnly Date, HolidayKind Kind, string NameKo, string NameEn);

/// <summary>
/// One version of the public holidays of Korea, substitute, lunar and temporary ones among them. Never altered: what is
/// declared is a newer version, which has all days again. The one list of all services: what is a holiday for a fee is
/// one for a refund.
/// </summary>
public sealed class HolidayCalendar
{
    private readonly HashSet<DateOnly> days;

    internal HolidayCalendar(HolidayFile file, byte[] content, IReadOnlyList<Holiday> holidays)
    {
        Name = file.Version;
        FirstYear = file.FirstYear;
        LastYear = file.LastYear;
        Content = content;
        Version = $"{Name}:{Convert.ToHexStringLower(SHA256.HashData(content))}";
        Holidays = holidays;
        days = [.. holidays.Select(holiday => holiday.Date)];
    }

    /// <summary>The calendar that this build carries, its newest file.</summary>
    public static HolidayCalendar Shipped { get; } = HolidayFile.Shipped().MaxBy(calendar => calendar.Rank)!;

    /// <summary>The version without the hash: "2027-3".</summary>
    public string Name { get; }

    /// <summary>"{version}:{sha256 of the file}", to be stored with what was computed by it.</summary>
    public string Version { get; }

    /// <summary>The file, byte by byte.</summary>
    public byte[] Content { get; }

    /// <summary>The first year that is here, whole.</summary>
    public int FirstYear { get; }

    /// <summary>The last year that is here, whole.</summary>
    public int LastYear { get; }

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<Holiday> Holidays { get; }

    /// <summary>Of two versions the newer one has the greater.</summary>
    public (int Year, int Number) Rank => HolidayFile.RankOf(Name)!.Value;

    /// <summary>Is the day a holiday? Of a year that is not here no day is known to be one.</summary>
    public bool IsHoliday(DateOnly day) => days.Contains(day);

    /// <summary>Reads a calendar.</summary>
    /// <exception cref="InvalidDataException">Names everything that is wrong with it.</exception>
    public static HolidayCalendar Parse(byte[] content) => HolidayFile.Parse(content);

    /// <summary>What a newer version must not lack: a file with the new day alone would make every other day a business
    /// day.</summary>
    internal IEnumerable<string> MissingIn(HolidayCalendar newer) =>
        Holidays
            .Where(day => day.Kind == HolidayKind.Statutory)
            .Where(day => !newer.Holidays.Any(other => other.NameKo == day.NameKo && other.Date.Year == day.Date.Year))
            .Select(day => $"{day.Date.Year} lacks '{day.NameKo}', which {Name} has");
}
