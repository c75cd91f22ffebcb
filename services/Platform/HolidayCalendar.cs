using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mobility.Platform;

/// <summary>A public holiday.</summary>
/// <param name="Date">The day, in Korea.</param>
/// <param name="NameKo">Its name as the almanac writes it.</param>
/// <param name="NameEn">Its name in English.</param>
public sealed record Holiday(DateOnly Date, string NameKo, string NameEn);

/// <summary>
/// The public holidays of Korea, substitute, lunar and temporary ones among them, as they were announced. Years are
/// whole or absent. The one list of all services: what is a holiday for a fee is one for a refund.
/// </summary>
public sealed class HolidayCalendar
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly HashSet<DateOnly> days;

    private HolidayCalendar(string version, IReadOnlyList<Holiday> holidays)
    {
        Version = version;
        Holidays = holidays;
        days = [.. holidays.Select(holiday => holiday.Date)];
    }

    /// <summary>The calendar that this build carries.</summary>
    public static HolidayCalendar Current { get; } = Parse(Embedded());

    /// <summary>"{version}:{sha256 of the file}", to be stored with what was computed by it.</summary>
    public string Version { get; }

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<Holiday> Holidays { get; }

    /// <summary>Is the day a holiday? Of a year that is not here no day is known to be one.</summary>
    public bool IsHoliday(DateOnly day) => days.Contains(day);

    /// <summary>Reads a calendar.</summary>
    /// <exception cref="InvalidDataException">Names the first thing that is wrong with it.</exception>
    public static HolidayCalendar Parse(byte[] file)
    {
        var content = Read(file);
        Demand(content.Version.Length is > 0 and <= 32, "The version must have 1 to 32 characters.");
        Demand(content.Holidays.Count > 0, "There must be a holiday.");
        var earlier = DateOnly.MinValue;
        foreach (var holiday in content.Holidays)
        {
            Demand(holiday.Date > earlier, $"{holiday.Date:O} does not come after the holiday before it.");
            Demand(
                holiday.NameKo.Length is > 0 and <= 60 && holiday.NameEn.Length is > 0 and <= 60,
                $"{holiday.Date:O} needs names of 1 to 60 characters."
            );
            earlier = holiday.Date;
        }
        return new($"{content.Version}:{Convert.ToHexStringLower(SHA256.HashData(file))}", content.Holidays);
    }

    private static HolidayFile Read(byte[] file)
    {
        try
        {
            return JsonSerializer.Deserialize<HolidayFile>(file, Strict)
                ?? throw new InvalidDataException("The file is empty.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException("The file does not follow its schema: " + wrong.Message, wrong);
        }
    }

    private static byte[] Embedded()
    {
        using var stream = typeof(HolidayCalendar).Assembly.GetManifestResourceStream(
            "Mobility.Platform.Data.holidays.json"
        )!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private sealed record HolidayFile(
        [property: JsonRequired] string Version,
        [property: JsonRequired] IReadOnlyList<Holiday> Holidays
    );
}
