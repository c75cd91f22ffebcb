using System.Globalization;
using Mobility.Launcher;
using Npgsql;

namespace Mobility.Bench;

/// <summary>pgbench, the peer that does the same statements without a service around them: prepared statements, one
/// connection a client, the same TCP port.</summary>
/// <param name="Database">Connection string of the database that it writes to.</param>
/// <param name="Script">A file of tools/Bench/pgbench.</param>
/// <param name="Clients">How many at once.</param>
public sealed record PgBench(string Database, string Script, int Clients)
{
    /// <summary>Transactions that were committed by all runs so far.</summary>
    public long Committed { get; private set; }

    /// <summary>Runs the script again and again for that long, at least a second.</summary>
    /// <exception cref="InvalidOperationException">A transaction failed.</exception>
    public async Task<Rate> Run(TimeSpan length)
    {
        var logs = Directory.CreateTempSubdirectory("mobility-pgbench-");
        try
        {
            var to = new NpgsqlConnectionStringBuilder(Database);
            var words = await Command.Must(
                Path.Combine(PrivatePostgres.Programs, "pgbench"),
                [
                    "--no-vacuum",
                    "--protocol=prepared",
                    $"--client={Clients}",
                    $"--jobs={Math.Min(Clients, Environment.ProcessorCount)}",
                    $"--time={Math.Max(1, (int)length.TotalSeconds)}",
                    $"--file={Script}",
                    "--define=count=0",
                    $"--define=start={Committed.ToString(CultureInfo.InvariantCulture)}",
                    $"--define=base={Now().ToString(CultureInfo.InvariantCulture)}",
                    "--log",
                    $"--log-prefix={Path.Combine(logs.FullName, "log")}",
                    $"--host={to.Host}",
                    $"--port={to.Port.ToString(CultureInfo.InvariantCulture)}",
                    $"--username={to.Username}",
                    to.Database!,
                ],
                environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = to.Password }
            );
            var times = logs.GetFiles().SelectMany(file => Times(file.FullName)).Order().ToList();
            Committed += times.Count;
            return new Rate(PerSecond(words), Percentiles.Of(times, 0.5), Percentiles.Of(times, 0.99));
        }
        finally
        {
            logs.Delete(recursive: true);
        }
    }

    /// <summary>Microseconds since 1970: ids made from it rise from run to run.</summary>
    private static long Now() =>
        (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Third field of a line: the transaction's time in microseconds.</summary>
    private static IEnumerable<double> Times(string file) =>
        File.ReadLines(file).Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1000);

    private static double PerSecond(string words)
    {
        var line = Array.Find(words.Split('\n'), l => l.StartsWith("tps = ", StringComparison.Ordinal));
        return line is null
            ? throw new InvalidOperationException($"pgbench gave no figure: {words}")
            : double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }
}
