using System.Globalization;
using Grpc.Core;
using Grpc.Health.V1;
using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>
/// What gRPC itself costs: the smallest call there is beside the same bytes over HTTP/2 without gRPC, in the same
/// process, by the same h2load with 4 connections of 32 streams; and once by one caller of our own client library.
/// </summary>
public static class EchoBench
{
    private const int Connections = 4;
    private const int Streams = 32;

    /// <summary>perf.md: grpc-dotnet alone reached 0.78 to 0.81 of raw Kestrel on such a machine.</summary>
    private const double Goal = 0.75;

    /// <summary>Runs it; false when a call failed or the goal is missed.</summary>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        // The naive handler opens no connection before it is asked.
        await using var host = await PeerHost.Start("Host=127.0.0.1");
        // A message of no bytes: not compressed, length 0.
        var frame = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(frame, new byte[5]);
            string[] grpc = ["--header=content-type: application/grpc", "--header=te: trailers"];
            Side[] sides =
            [
                new("gRPC", length => H2Load(host.Address + "/grpc.health.v1.Health/Check", frame, length, grpc)),
                new("HTTP/2 alone", length => H2Load(host.Address + PeerHost.RawPath, frame, length)),
            ];
            await output.WriteLineAsync($"{Connections} connections, {Streams} streams each, load {Machine.Load()}");
            var ratio = (await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output))[0];
            var health = new Health.HealthClient(host.Channel);
            Side[] caller = [new("one caller", length => ClosedLoop.Run(1, length, _ => Check(health)))];
            await Rounds.Summarize(caller, await Rounds.Run(caller, options, output), output);
            return ratio >= Goal;
        }
        finally
        {
            File.Delete(frame);
        }
    }

    private static async Task Check(Health.HealthClient health)
    {
        var reply = await health.CheckAsync(new HealthCheckRequest(), new CallOptions()).ResponseAsync;
        if (reply.Status != HealthCheckResponse.Types.ServingStatus.Serving)
        {
            throw new InvalidOperationException("A reply was wrong.");
        }
    }

    private static async Task<Rate> H2Load(
        string address,
        string frame,
        TimeSpan length,
        params IReadOnlyList<string> headers
    )
    {
        var log = Path.GetTempFileName();
        try
        {
            var words = await Command.Must(
                "h2load",
                [
                    $"--clients={Connections}",
                    $"--max-concurrent-streams={Streams}",
                    $"--duration={Math.Max(1, (int)length.TotalSeconds)}",
                    $"--data={frame}",
                    $"--log-file={log}",
                    .. headers,
                    address,
                ]
            );
            return Read(words, File.ReadLines(log));
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <summary>Reads what h2load printed, `finished in 5.00s, 126000.20 req/s, ...` and `requests: ..., 0 failed,
    /// ...`, and its log: time of start, status, microseconds.</summary>
    private static Rate Read(string words, IEnumerable<string> log)
    {
        var figures = Array.Find(words.Split('\n'), line => line.StartsWith("finished in", StringComparison.Ordinal));
        if (figures is null || !words.Contains(" 0 failed, 0 errored, 0 timeout", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"h2load: {words}");
        }
        var times = log.Select(line => line.Split('\t'))
            .Where(fields => fields[1] == "200")
            .Select(fields => double.Parse(fields[2], CultureInfo.InvariantCulture) / 1000)
            .Order()
            .ToList();
        var perSecond = double.Parse(figures.Split(' ')[3], CultureInfo.InvariantCulture);
        return new Rate(perSecond, Percentiles.Of(times, 0.5), Percentiles.Of(times, 0.99));
    }
}
