using System.Globalization;
using Npgsql;

namespace Mobility.Bench;

/// <summary>The machine that measures and is measured: is it quiet, and what does it run with.</summary>
public static class Machine
{
    /// <summary>Work of others above this share of a machine spoils a round.</summary>
    public const double ForeignShareMax = 0.10;

    private const double IdleShare = 0.85;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Waits until the machine is 85 % idle for two seconds; after two minutes goes on and says so.</summary>
    public static async Task<bool> WaitQuiet(TextWriter output)
    {
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (TimeProvider.System.GetUtcNow() < until)
        {
            var before = Ticks();
            await Task.Delay(Look, TimeProvider.System);
            var after = Ticks();
            if ((after.Idle - before.Idle) >= IdleShare * (after.All - before.All))
            {
                return true;
            }
        }
        await output.WriteLineAsync($"NOT QUIET: less than {IdleShare:P0} idle for {Patience.TotalMinutes} minutes");
        return false;
    }

    /// <summary>Load average of the last minute.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    /// <summary>One line on what a figure depends on: PostgreSQL's promises and its disk, cores, load.</summary>
    public static async Task<string> Describe(NpgsqlDataSource server, int clients)
    {
        var (fsync, commit) = (await Show(server, "fsync"), await Show(server, "synchronous_commit"));
        var version = await Show(server, "server_version");
        var buffers = await Show(server, "shared_buffers");
        var disk = FileSystem(await Show(server, "data_directory"));
        var cores = Environment.ProcessorCount;
        return $"PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}, shared_buffers {buffers}, "
            + $"{disk}; {clients} clients, "
            + $"{cores} cores, load {Load()}";
    }

    /// <summary>Ticks that the machine's cores have spent idle, and all of them.</summary>
    internal static (long Idle, long All) Ticks()
    {
        var numbers = File.ReadLines("/proc/stat")
            .First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Take(8)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        // user nice system idle iowait irq softirq steal: waiting for a disk is no work.
        return (numbers[3] + numbers[4], numbers.Sum());
    }

    private static async Task<string> Show(NpgsqlDataSource server, string setting)
    {
        await using var command = server.CreateCommand("""SELECT current_setting($1)""");
        command.Parameters.AddWithValue(setting);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Type of the file system that the folder is on: the longest mount point above it.</summary>
    private static string FileSystem(string folder) =>
        File.ReadLines("/proc/mounts")
            .Select(line => line.Split(' '))
            .Where(mount => mount[1] == "/" || (folder + "/").StartsWith(mount[1] + "/", StringComparison.Ordinal))
            .OrderBy(mount => mount[1].Length)
            .Last()[2];
}
