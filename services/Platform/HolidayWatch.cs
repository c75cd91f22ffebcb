using Mobility.Holidays;
using Mobility.Platform.Data;

namespace Mobility.Platform;

/// <summary>Takes newer versions of the public holidays into force while the service runs, and keeps each that ever was
/// so: its own database remembers them when the folder no longer does.</summary>
public static class HolidayWatch
{
    /// <summary>A version that is put into the folder counts within the minute.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>The version in force, for GET /metrics: the same of every service, or somebody has to look.</summary>
    internal static string Metric(Db db) =>
        $"mobility_holiday_calendar_info{{version=\"{db.Holidays.Current.Version}\"}} 1\n";

    /// <summary>Looks into the folder once; the first look of a process is into its database too.</summary>
    public static async Task Run(JobContext job)
    {
        var calendars = job.Db.Holidays;
        var isNew = !calendars.AreRemembered && await Read(job) == 0;
        var newer = calendars.Newer(job.Settings.Holidays, job.Log.HolidaysRefused);
        if ((newer ?? (isNew ? calendars.Current : null)) is { } taken)
        {
            await job.Db.InTransaction(Db.AllClients, tx => Insert(tx, taken), job.Token);
            // Since when it counts is what the first of several processes wrote.
            await Read(job);
            job.Log.HolidaysTaken(taken.Version);
        }
    }

    private static async Task<int> Read(JobContext job)
    {
        var rows = await job.Db.InTransaction(
            Db.AllClients,
            tx =>
                tx.List<Row>("""SELECT content, take_time FROM holiday_calendar ORDER BY take_time DESC LIMIT 1000"""),
            job.Token
        );
        job.Db.Holidays.Remember(
            rows.Select(row => new TakenCalendar(HolidayCalendar.Parse(row.Content), row.TakeTime))
        );
        return rows.Count;
    }

    private static Task<int> Insert(Tx tx, HolidayCalendar taken) =>
        tx.Execute(
            """
            INSERT INTO holiday_calendar (version, content, take_time) VALUES (@Name, @Content, @Now)
            ON CONFLICT (version) DO NOTHING
            """,
            new
            {
                taken.Name,
                taken.Content,
                tx.Now,
            }
        );

    private sealed record Row
    {
        public required byte[] Content { get; init; }
        public required DateTimeOffset TakeTime { get; init; }
    }
}
