using System.Globalization;
using System.Net;
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
    private const string Check = "/grpc.health.v1.Health/Check";
    private const int Connections = 4;
    private const int Streams = 32;

    /// <summary>perf.md: grpc-dotnet alone reached 0.78 to 0.81 of raw Kestrel on such a machine.</summary>
    private const double Goal = 0.75;

    /// <summary>Runs it; false when the goal is missed.</summary>
    /// <exception cref="VoidRunException">gRPC did not answer OK.</exception>
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
                new("gRPC", length => H2Load(host.Address + Check, frame, length, grpc)),
                new("HTTP/2 alone", length => H2Load(host.Address + PeerHost.RawPath, frame, length)),
            ];
            await GrpcAnswers(host.Address + Check, frame);
            await output.WriteLineAsync($"{Connections} connections, {Streams} streams each, load {Machine.Load()}");
            var ratio = (await Rounds.Summarize(sides, await Rounds.Run(sides, options, output), output))[0];
            var health = new Health.HealthClient(host.Channel);
            Side[] caller = [new("one caller", length => ClosedLoop.Run(1, length, _ => AskOnce(health)))];
            await Rounds.Summarize(caller, await Rounds.Run(caller, options, output), output);
            return await Verdict.ReachedAtLeast("echo: gRPC / HTTP/2 alone", ratio, Goal, output);
        }
        finally
        {
            File.Delete(frame);
        }
    }

    private static async Task AskOnce(Health.HealthClient health)
    {
        var reply = await health.CheckAsync(new HealthCheckRequest(), new CallOptions()).ResponseAsync;
        if (reply.Status != HealthCheckResponse.Types.ServingStatus.Serving)
        {
            throw new InvalidOperationException("A reply was wrong.");
        }
    }

    /// <summary>h2load sees HTTP's status only, which is 200 for every answer of gRPC: the very frame is sent once by
    /// hand, and gRPC must say OK.</summary>
    private static async Task GrpcAnswers(string address, string frame)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(await File.ReadAllBytesAsync(frame)),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var values) ? values.Single() : "none";
        Verdict.Require(status == "0" ? [] : [$"gRPC answered {status}"]);
    }

    /// <summary>A second with a log for the times, then the whole length without one, which costs.</summary>
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
            await Ask(address, frame, 1, [.. headers, $"--log-file={log}"]);
            var times = File.ReadLines(log)
                .Select(line => line.Split('\t'))
                .Where(fields => fields[1] == "200")
                .Select(fields => double.Parse(fields[2], CultureInfo.InvariantCulture) / 1000)
                .Order()
                .ToList();
            var perSecond = await Ask(address, frame, Math.Max(1, (int)length.TotalSeconds), headers);
            return new Rate(perSecond, Percentiles.Of(times, 0.5), Percentiles.Of(times, 0.99));
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <summary>Requests a second, from what h2load prints: `finished in 5.00s, 126000.20 req/s, ...` and
    /// `requests: ..., 0 failed, 0 errored, 0 timeout`.</summary>
    private static async Task<double> Ask(string address, string frame, int seconds, IReadOnlyList<string> more)
    {
        var words = await Command.Must(
            "h2load",
            [
                $"--clients={Connections}",
                $"--max-concurrent-streams={Streams}",
                $"--duration={seconds}",
                $"--data={frame}",
                .. more,
                address,
            ]
        );
        var figures = Array.Find(words.Split('\n'), line => line.StartsWith("finished in", StringComparison.Ordinal));
        return figures is not null && words.Contains(" 0 failed, 0 errored, 0 timeout", StringComparison.Ordinal)
            ? double.Parse(figures.Split(' ')[3], CultureInfo.InvariantCulture)
            : throw new VoidRunException($"h2load: {words}");
    }
}
