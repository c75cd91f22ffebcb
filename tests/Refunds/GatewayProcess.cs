using System.Diagnostics;
using System.Globalization;
using Mobility.Launcher;
using Mobility.Tests.Platform;
using Mobility.Tests.Support;

namespace Mobility.Tests.Refunds;

/// <summary>The simulator as its own process, as `./mobility up` runs it.</summary>
public sealed class GatewayProcess : IDisposable
{
    public const string Secret = "test_sk_of_the_tests_0001";

    private readonly Process process;

    private GatewayProcess(Process process, Uri url)
    {
        this.process = process;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>Starts one that dies with the test process, however that dies.</summary>
    public static async Task<GatewayProcess> Start(string directory)
    {
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var log = Path.Combine(directory, "gateway.log");
        var started = await Spawner.Start(
            new ChildSpec("gateway", Program, ["--port", port, "--data", directory])
            {
                Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["GATEWAY_SECRET"] = Secret },
                LogFile = log,
            }
        );
        var url = new Uri($"http://127.0.0.1:{port}");
        using var http = new HttpClient();
        await Poll.Until(() => Answers(http, started, url, log), what: "the gateway listens");
        return new GatewayProcess(started, url);
    }

    /// <summary>Runs it to its end: the exit code and the lines of its errors.</summary>
    public static async Task<(int ExitCode, string[] Errors)> RunToEnd(string[] args, string? secret)
    {
        using var started = Launch(args, secret);
        var errors = await started.StandardError.ReadToEndAsync().WaitAsync(Poll.Patience);
        await started.WaitForExitAsync();
        return (started.ExitCode, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public GatewayClient Client() => new(Url);

    /// <summary>SIGKILL: nothing gets a chance to tidy up.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }
        process.Dispose();
    }

    // artifacts/bin/Mobility.Tests/debug → artifacts/bin/Mobility.PaymentGateway/debug
    private static string Program
    {
        get
        {
            var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            const string name = "Mobility.PaymentGateway";
            return Path.Combine(mine.Parent!.Parent!.FullName, name, mine.Name, name);
        }
    }

    private static async Task<bool> Answers(HttpClient http, Process started, Uri url, string log)
    {
        if (started.HasExited)
        {
            throw new InvalidOperationException(await File.ReadAllTextAsync(log));
        }
        try
        {
            using var response = await http.GetAsync(new Uri(url, "healthz"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Process Launch(string[] args, string? secret)
    {
        var start = new ProcessStartInfo(Program, args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GATEWAY_SECRET"] = secret;
        return Process.Start(start)!;
    }
}
