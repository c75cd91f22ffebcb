using System.Diagnostics;
using Mobility.Launcher;
using Mobility.Tests.Support;

namespace Mobility.Tests.Journeys;

/// <summary>The launcher as `./mobility` starts it, a process of its own;
/// killed when a test leaves it behind.</summary>
internal sealed class LauncherProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public LauncherProcess(string runFolder, params string[] arguments)
    {
        string[] places = ["--run", runFolder, "--root", Repository.Root];
        var program = typeof(Stack).Assembly.Location;
        var info = new ProcessStartInfo("dotnet", [program, arguments[0], .. places, .. arguments[1..]])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        Process = Process.Start(info)!;
    }

    public Process Process { get; }

    /// <summary>Everything it prints until its end, and its exit code.</summary>
    public async Task<(int ExitCode, string Output)> End()
    {
        var output = await Process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await Process.WaitForExitAsync().WaitAsync(Patience);
        return (Process.ExitCode, output.TrimEnd());
    }

    /// <summary>Reads until a line begins like this.</summary>
    public async Task ReadUntil(string beginning)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await Process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return;
            }
        }
        throw new InvalidOperationException($"the launcher ended before it said `{beginning}`");
    }

    public void Dispose()
    {
        Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }
}
