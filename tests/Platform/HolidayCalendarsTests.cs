using System.Text.Json.Nodes;
using Mobility.Holidays;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>Which version is in force, what is refused, and that nobody has to be restarted for it.</summary>
public sealed class HolidayCalendarsTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 3, 0, 0, TimeSpan.Zero);
    private readonly HolidayFiles files = new();
    private readonly HolidayCalendars calendars = new();
    private readonly List<string> refused = [];

    [Fact]
    public void A_version_that_was_shipped_never_changes() =>
        Assert.Equal(
            "2027-3:ccf1e64a5121045e14155c0b4ffe121dadcbbe2f84bd300f8e3b207f755e65fe",
            HolidayCalendar.Shipped.Version
        );

    [Fact]
    public void The_newest_version_is_taken_and_an_older_one_never_again()
    {
        files.Put(HolidayFiles.Declared("2027-9", "2026-03-04"));
        files.Put(HolidayFiles.Declared("2027-10", "2026-03-04"));

        Assert.Equal("2027-10", Newer()?.Name);

        calendars.Remember([Taken("2027-10", Noon)]);
        Assert.Null(Newer());
        Assert.Empty(refused);
    }

    [Fact]
    public void What_was_in_force_at_an_instant_stays_known_by_it_and_by_its_version()
    {
        calendars.Remember([Taken("2027-5", Noon), new(HolidayCalendar.Shipped, Noon.AddYears(-1))]);

        Assert.Equal("2027-5", calendars.Current.Name);
        Assert.Equal("2027-5", calendars.At(Noon).Name);
        Assert.Equal("2027-3", calendars.At(Noon.AddMilliseconds(-1)).Name);
        Assert.Equal("2027-3", calendars.At(DateTimeOffset.MinValue).Name);
        Assert.Same(HolidayCalendar.Shipped, calendars.Find(HolidayCalendar.Shipped.Version));
        Assert.Null(calendars.Find("2027-3:other"));
    }

    [Fact]
    public void A_version_that_two_processes_took_out_of_order_counts_by_its_number()
    {
        calendars.Remember([Taken("2027-6", Noon), Taken("2027-5", Noon.AddSeconds(1))]);

        Assert.Equal("2027-6", calendars.Current.Name);
    }

    [Fact]
    public void A_wrong_file_is_refused_once_with_everything_that_is_wrong_with_it()
    {
        var file = HolidayFiles.Declared("2027-4", "2026-03-04");
        file["source"] = "";
        file["holidays"]![0]!["kind"] = "BANK";
        file["holidays"]![1]!["date"] = "2024-02-30";
        file["holidays"]![2]!["name_ko"] = "";
        files.Put(file);

        Assert.Null(Newer());
        Assert.Null(Newer());

        Assert.Equal(
            [
                "2027-4.json: source must have 1 to 500 characters;"
                    + " 2024-01-01: kind 'BANK' must be STATUTORY, SUBSTITUTE or TEMPORARY;"
                    + " '2024-02-30' is no date such as 2027-01-01;"
                    + " 2024-02-10: name_ko and name_en must have 1 to 60 characters",
            ],
            refused
        );
    }

    [Fact]
    public void A_file_with_the_new_day_alone_or_under_another_name_is_refused()
    {
        var alone = HolidayFiles.Declared("2027-4", "2026-03-04");
        alone["first_year"] = 2026;
        alone["last_year"] = 2026;
        alone["holidays"] = new JsonArray([
            .. alone["holidays"]!.AsArray().Where(day => IsOf(day!, "2026")).Select(day => day!.DeepClone()).Skip(2),
        ]);
        files.Put(alone);
        files.Put(HolidayFiles.Declared("2027-5", "2026-03-04"), "2027-6");

        Assert.Null(Newer());

        Assert.Contains("2026 lacks '1월 1일', which 2027-3 has; 2026 lacks '설날 전날'", refused[0], Ordinal);
        Assert.Contains("2027 lacks '추석', which 2027-3 has", refused[0], Ordinal);
        Assert.Equal("2027-6.json: version '2027-5' is not the name of the file", refused[1]);
    }

    [Fact]
    public void A_version_that_was_in_force_with_another_content_is_refused()
    {
        calendars.Remember([Taken("2027-4", Noon)]);
        files.Put(HolidayFiles.Declared("2027-4", "2026-03-05"));
        files.Put(HolidayFiles.Declared("2027-3", "2026-03-05"));

        Assert.Null(Newer());

        Assert.Equal(
            [
                "2027-3.json: 2027-3 was in force with another content: a version never changes",
                "2027-4.json: 2027-4 was in force with another content: a version never changes",
            ],
            refused
        );
    }

    [Fact]
    public async Task A_service_that_runs_takes_a_newer_version_and_a_wrong_one_leaves_the_old_in_force()
    {
        var clock = new FakeClock();
        await using var service = await TestService.Start(new ThingApp(), clock: clock, holidays: files.Folder);
        service.ErrorsExpected = true;
        Assert.Contains("2027-3:", await InForce(service), Ordinal);

        var wrong = HolidayFiles.Declared("2027-5", "2026-03-04");
        wrong["source"] = "";
        files.Put(HolidayFiles.Declared("2027-4", "2026-03-04"));
        files.Put(wrong);
        await Poll.Until(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            return (await InForce(service)).Contains("2027-4:", Ordinal);
        });

        Assert.True(clock.GetUtcNow() - new FakeClock().GetUtcNow() <= TimeSpan.FromMinutes(10));
        Assert.Single(service.LogLines, line => line.Contains("2027-5.json is refused: source must", Ordinal));
        // The next process knows it too, whatever became of the folder.
        await using var next = await TestService.Start(new ThingApp(), database: service.Settings.Database);
        Assert.Contains("2027-4:", await InForce(next), Ordinal);
    }

    private static TakenCalendar Taken(string version, DateTimeOffset time) =>
        new(
            HolidayCalendar.Parse(
                System.Text.Encoding.UTF8.GetBytes(HolidayFiles.Declared(version, "2026-03-04").ToJsonString())
            ),
            time
        );

    private static bool IsOf(JsonNode day, string year) =>
        day["date"]!.GetValue<string>().StartsWith(year, StringComparison.Ordinal);

    private static async Task<string> InForce(TestService service)
    {
        using var http = new HttpClient { BaseAddress = service.Http };
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return Assert.Single(
            text.Split('\n'),
            line => line.StartsWith("mobility_holiday_calendar_info{version=", StringComparison.Ordinal)
        );
    }

    private HolidayCalendar? Newer() => calendars.Newer(files.Folder, (file, wrong) => refused.Add($"{file}: {wrong}"));
}
