using System.Globalization;

namespace Mobility.Parking;

/// <summary>A public holiday.</summary>
public sealed record Holiday(string Date, string NameKo, string NameEn);

/// <summary>Korean public holidays, substitute days included, from the embedded file.</summary>
public sealed class Holidays
{
    private readonly HashSet<DateOnly> days;

    private Holidays(string version, HashSet<DateOnly> days)
    {
        Version = version;
        this.days = days;
    }

    /// <summary>The list that this build carries.</summary>
    public static Holidays Current { get; } = Parse(CatalogueFile.Bytes("holidays.json"));

    public string Version { get; }

    public bool IsHoliday(DateOnly day) => days.Contains(day);

    /// <summary>Reads a list; InvalidDataException names the first thing that is wrong with it.</summary>
    public static Holidays Parse(byte[] file)
    {
        var content = CatalogueFile.Read<HolidayFile>(file);
        CatalogueFile.Demand(content.Version.Length is > 0 and <= 32, "The version must have 1 to 32 characters.");
        var days = new HashSet<DateOnly>();
        foreach (var holiday in content.Holidays)
        {
            var isDate = DateOnly.TryParseExact(
                holiday.Date,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            );
            CatalogueFile.Demand(isDate, $"'{holiday.Date}' is no date.");
            CatalogueFile.Demand(days.Add(day), $"'{holiday.Date}' is there twice.");
            CatalogueFile.Demand(
                holiday is { NameKo.Length: > 0, NameEn.Length: > 0 },
                $"'{holiday.Date}' is unnamed."
            );
        }
        return new(content.Version, days);
    }

    private sealed record HolidayFile(string Version, IReadOnlyList<Holiday> Holidays);
}
