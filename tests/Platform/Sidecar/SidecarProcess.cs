using System.Collections.Concurrent;
using System.Diagnostics;
using Mobility.Sidecar;

namespace Mobility.Tests.Platform;

/// <summary>
/// The sidecar as a process, for tests of how one begins and ends. With MOBILITY_TEST_DAPRD naming a daprd binary, that
/// one is started instead, with the same flags and the same resources.
/// </summary>
public sealed class SidecarProcess : TestSidecar
{
    private static readonly string? Daprd = Environment.GetEnvironmentVariable("MOBILITY_TEST_DAPRD");

    private readonly Process process;
    private readonly ConcurrentQueue<string> log = new();

    internal SidecarProcess(string resources, int? appPort, IReadOnlyList<string>? flags, SidecarSettings settings)
        : base(resources, appPort, flags)
    {
        process = Launch(Args, settings);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>True when a real daprd is the target: a few promises of ours go further than its own.</summary>
    public static bool IsDaprd => !string.IsNullOrEmpty(Daprd);

    public override IReadOnlyCollection<string> LogLines => log;

    protected override bool HasEnded => process.HasExited;

    /// <summary>Starts it and waits until its API answers.</summary>
    public static new Task<SidecarProcess> Start(
        string resources,
        int? appPort,
        IReadOnlyList<string>? flags = null,
        SidecarSettings? settings = null
    ) => Answering(new SidecarProcess(resources, appPort, flags, settings ?? new SidecarSettings()));

    /// <summary>Runs until it ends by itself: the exit code and everything printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEnd(params string[] args)
    {
        using Process process = Launch(args, new SidecarSettings());
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>SIGTERM, as a supervisor sends it.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExit()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public override async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Http.Dispose();
    }

    private static Process Launch(IReadOnlyList<string> args, SidecarSettings settings)
    {
        // artifacts/bin/Mobility.Tests/debug → artifacts/bin/Mobility.Sidecar/debug
        var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        string ours = Path.Combine(mine.Parent!.Parent!.FullName, "Mobility.Sidecar", mine.Name, "Mobility.Sidecar");
        var start = new ProcessStartInfo(IsDaprd ? Daprd! : ours, args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Null takes a variable of the test's own process away.
        start.Environment["DAPR_API_TOKEN"] = settings.DaprApiToken;
        start.Environment["APP_API_TOKEN"] = settings.AppApiToken;
        start.Environment["NAMESPACE"] = settings.Namespace;
        return Process.Start(start)!;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            log.Enqueue(line.Data);
    }
}
