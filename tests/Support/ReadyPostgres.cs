using Mobility.Launcher;

namespace Mobility.Tests.Support;

/// <summary>
/// The folder of a PostgreSQL whose first start is over, with the database that takes longest, parking's with PostGIS:
/// made once for a run by the code that makes every folder, and copied for tests that are about something else.
/// </summary>
public static class ReadyPostgres
{
    private static readonly Lazy<Task<string>> Made = new(Make);

    /// <summary>Lays a copy into a folder that is not there yet.</summary>
    public static async Task In(string folder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await Command.Must("cp", ["--archive", "--no-target-directory", await Made.Value, folder]);
    }

    private static async Task<string> Make()
    {
        var place = TestFolder.New("ready");
        var folder = Path.Combine(place, "postgres");
        var options = new PostgresOptions(folder) { Fsync = false, LogFile = Path.Combine(place, "server.log") };
        await using var server = await PrivatePostgres.StartAsync(options);
        await server.CreateDatabase("parking", ["postgis"]);
        return folder;
    }
}
