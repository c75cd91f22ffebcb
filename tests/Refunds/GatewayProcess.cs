using System.Diagnostics;

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

    public static async Task<GatewayProcess> Start(string directory)
    {
        var started = Launch(["--port", "0", "--data", directory], Secret);
        const string said = "payment gateway listening on ";
        var line = await started.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        if (line?.StartsWith(said, StringComparison.Ordinal) != true)
        {
            throw new InvalidOperationException(line + await started.StandardError.ReadToEndAsync());
        }
        return new GatewayProcess(started, new Uri(line[said.Length..]));
    }

    /// <summary>Runs it to its end: the exit code and the lines of its errors.</summary>
    public static async Task<(int ExitCode, string[] Errors)> RunToEnd(string[] args, string? secret)
    {
        using var started = Launch(args, secret);
        var errors = await started.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
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

    private static Process Launch(string[] args, string? secret)
    {
        // artifacts/bin/Mobility.Tests/debug → artifacts/bin/Mobility.PaymentGateway/debug
        var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.Combine(mine.Parent!.Parent!.FullName, "Mobility.PaymentGateway", mine.Name);
        var start = new ProcessStartInfo(Path.Combine(program, "Mobility.PaymentGateway"), args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GATEWAY_SECRET"] = secret;
        return Process.Start(start)!;
    }
}
