using System.Diagnostics;
using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>
/// Row `start`: how long until every part of a whole system is ready, in an empty folder, where the databases are made
/// first, and again in the same folder.
/// </summary>
public static class StartBench
{
    /// <summary>Runs it and prints what came out; a start that fails is an exception with the part's words.</summary>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        var (empty, again) = (new List<double>(), new List<double>());
        var said = false;
        for (var round = 0; round < options.Rounds; round++)
        {
            await Machine.WaitQuiet(output);
            var folder = Directory.CreateTempSubdirectory("mobility-bench-").FullName;
            // PostgreSQL runs as a user of its own when root starts it.
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
            try
            {
                var stack = new StackOptions(options.Root, folder) { Configuration = "release" };
                empty.Add(await Start(stack, said ? null : output));
                again.Add(await Start(stack, null));
                said = true;
            }
            finally
            {
                PrivatePostgres.Delete(new RunFolder(folder).Postgres);
                Directory.Delete(folder, recursive: true);
            }
        }
        await Tell("empty folder", empty, output);
        await Tell("existing folder", again, output);
        return true;
    }

    /// <summary>Milliseconds until all is ready; the stop is not counted.</summary>
    private static async Task<double> Start(StackOptions options, TextWriter? describe)
    {
        var start = Stopwatch.GetTimestamp();
        await using var stack = await Stack.Start(options);
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (describe is not null)
        {
            await using var server = Npgsql.NpgsqlDataSource.Create(stack.Postgres!.AdminConnectionString);
            await describe.WriteLineAsync(await Machine.Describe(server, 0));
        }
        return took;
    }

    private static Task Tell(string where, List<double> times, TextWriter output)
    {
        times.Sort();
        return output.WriteLineAsync(
            $"start: {where}, {times.Count} times: min {times[0]:F0} ms, median {Percentiles.Of(times, 0.5):F0} ms, "
                + $"max {times[^1]:F0} ms"
        );
    }
}
