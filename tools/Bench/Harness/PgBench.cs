using System.Globalization;
using Mobility.Launcher;
using Npgsql;

namespace Mobility.Bench;

/// <summary>pgbench, the peer that does the same statements without a service around them: prepared statements, one
/// connection a client, planned as the services' are, the same TCP port.</summary>
/// <param name="Database">Connection string of the database that it writes to.</param>
/// <param name="Script">A file of tools/Bench/pgbench.</param>
/// <param name="Clients">How many at once.</param>
public sealed record PgBench(string Database, string Script, int Clients)
{
    /// <summary>plan_cache_mode. As the services' own sessions (Db): otherwise one side would plan and the other would
    /// not.</summary>
    public string Plans { get; init; } = "force_custom_plan";

    /// <summary>Transactions that were committed by all runs so far.</summary>
    public long Committed { get; private set; }

    /// <summary>Its connections are new in every run: what it does before they are warm is not measured.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(2);

    /// <summary>Numbers of <see cref="Clients"/> that scripts have used up, each at most once.</summary>
    private long used;

    /// <summary>Runs the script again and again for that long after its start, at least a second.</summary>
    /// <exception cref="InvalidOperationException">A transaction failed.</exception>
    public async Task<Rate> Run(TimeSpan length)
    {
        var logs = Directory.CreateTempSubdirectory("mobility-pgbench-");
        try
        {
            var to = new NpgsqlConnectionStringBuilder(Database);
            await Command.Must(
                Path.Combine(PrivatePostgres.Programs, "pgbench"),
                [
                    "--no-vacuum",
                    "--protocol=prepared",
                    $"--client={Clients}",
                    $"--jobs={Math.Min(Clients, Environment.ProcessorCount)}",
                    $"--time={(int)Start.TotalSeconds + Math.Max(1, (int)length.TotalSeconds)}",
                    $"--file={Script}",
                    "--define=count=0",
                    $"--define=start={used.ToString(CultureInfo.InvariantCulture)}",
                    $"--define=base={Now().ToString(CultureInfo.InvariantCulture)}",
                    "--log",
                    $"--log-prefix={Path.Combine(logs.FullName, "log")}",
                    $"--host={to.Host}",
                    $"--port={to.Port.ToString(CultureInfo.InvariantCulture)}",
                    $"--username={to.Username}",
                    to.Database!,
                ],
                environment: new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["PGPASSWORD"] = to.Password,
                    ["PGOPTIONS"] = $"-c plan_cache_mode={Plans}",
                }
            );
            var lines = logs.GetFiles().SelectMany(file => File.ReadLines(file.FullName)).Select(Line.Of).ToList();
            Committed += lines.Count;
            used += (lines.Max(line => line.Number) + 1) * Clients;
            return RateOf(lines);
        }
        finally
        {
            logs.Delete(recursive: true);
        }
    }

    /// <summary>Microseconds since 1970: ids made from it rise from run to run.</summary>
    private static long Now() =>
        (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static Rate RateOf(List<Line> lines)
    {
        var from = lines.Min(line => line.EndMicroseconds) + (Start.Ticks / TimeSpan.TicksPerMicrosecond);
        var measured = lines.Where(line => line.EndMicroseconds >= from).ToList();
        var seconds = (measured.Max(line => line.EndMicroseconds) - from) / 1e6;
        var times = measured.Select(line => line.Milliseconds).Order().ToList();
        return new Rate(measured.Count / seconds, Percentiles.Of(times, 0.5), Percentiles.Of(times, 0.99));
    }

    /// <summary>A line of pgbench's log: client, number of its transaction from 0, microseconds that it took, script,
    /// and when it ended, in seconds since 1970 and microseconds.</summary>
    private sealed record Line(long Number, double Milliseconds, long EndMicroseconds)
    {
        public static Line Of(string text)
        {
            var fields = text.Split(' ').Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
            return new Line(fields[1], fields[2] / 1000.0, (fields[4] * 1_000_000) + fields[5]);
        }
    }
}
