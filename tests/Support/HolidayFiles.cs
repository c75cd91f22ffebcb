using System.Text.Json.Nodes;
using Mobility.Holidays;
using Mobility.Platform;

namespace Mobility.Tests.Support;

/// <summary>A folder into which an operator puts versions of the public holidays.</summary>
public sealed class HolidayFiles
{
    public string Folder { get; } = TestFolder.New("holidays");

    /// <summary>The calendar of the build with a day that the government declared besides.</summary>
    public static JsonObject Declared(string version, string date)
    {
        var file = JsonNode.Parse(HolidayCalendar.Shipped.Content)!.AsObject();
        file["version"] = version;
        var declared = JsonNode.Parse(
            $$"""{"date":"{{date}}","kind":"TEMPORARY","name_ko":"임시공휴일","name_en":"Temporary holiday"}"""
        );
        var days = file["holidays"]!.AsArray();
        var before = days.Count(day => string.CompareOrdinal(day!["date"]!.GetValue<string>(), date) < 0);
        days.Insert(before, declared);
        return file;
    }

    /// <summary>Puts a file there, whole at once.</summary>
    public void Put(JsonObject file, string? name = null)
    {
        var path = Path.Combine(Folder, (name ?? file["version"]!.GetValue<string>()) + ".json");
        File.WriteAllText(path + ".new", file.ToJsonString());
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Has a running service look into the folder.</summary>
    public Task TakenBy(TestService service)
    {
        var job = service.Job();
        return HolidayWatch.Run(job with { Settings = job.Settings with { Holidays = Folder } });
    }
}
