using System.Text.Json.Serialization;

namespace Mobility.Desk;

/// <summary>A public holiday.</summary>
public sealed record Holiday(DateOnly Date, string NameKo, string NameEn);

/// <summary>The public holidays of Korea, substitute and lunar days among them, as they were announced.</summary>
public sealed record HolidayList(string Version, IReadOnlyList<Holiday> Holidays)
{
    /// <summary>The list that this build carries.</summary>
    public static HolidayList Current { get; } = Parse(DataFile.Embedded("holidays.json"));

    /// <summary>Reads a list; InvalidDataException names the first thing that is wrong with it.</summary>
    public static HolidayList Parse(byte[] file)
    {
        var content = DataFile.Read<HolidayFile>(file);
        DataFile.Demand(content.Version.Length is > 0 and <= 32, "The version must have 1 to 32 characters.");
        DataFile.Demand(content.Holidays.Count > 0, "There must be a holiday.");
        var earlier = DateOnly.MinValue;
        foreach (var holiday in content.Holidays)
        {
            DataFile.Demand(holiday.Date > earlier, $"{holiday.Date:O} does not come after the holiday before it.");
            DataFile.Demand(
                holiday.NameKo.Length is > 0 and <= 60 && holiday.NameEn.Length is > 0 and <= 60,
                $"{holiday.Date:O} needs names of 1 to 60 characters."
            );
            earlier = holiday.Date;
        }

        return new(content.Version, content.Holidays);
    }

    private sealed record HolidayFile(
        [property: JsonRequired] string Version,
        [property: JsonRequired] IReadOnlyList<Holiday> Holidays
    );
}
