using System.Diagnostics;

namespace Mobility.Launcher;

/// <summary>Runs a short command to its end.</summary>
public static class Command
{
    /// <summary>Exit code and everything the command printed, output before errors.</summary>
    public readonly record struct Result(int ExitCode, string Output);

    /// <summary>Runs a command and waits for its end.</summary>
    /// <param name="file">Executable, looked up on PATH.</param>
    /// <param name="arguments">Unquoted arguments.</param>
    /// <param name="user">User to run as when this process is root; null = its own.</param>
    /// <param name="token">Ends the command when cancelled.</param>
    /// <param name="environment">Added to this process's variables; null removes one. Secrets go this way: arguments
    /// are for all to see.</param>
    public static async Task<Result> Run(
        string file,
        IEnumerable<string> arguments,
        string? user = null,
        CancellationToken token = default,
        IReadOnlyDictionary<string, string?>? environment = null
    )
    {
        var spec = new ChildSpec(Path.GetFileName(file), file, [.. arguments]) { User = user };
        var info = new ProcessStartInfo(
            "setpriv",
            spec.SetprivArguments().Where(a => a is not ("--pdeathsig" or "KILL"))
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            info.Environment[name] = value;
        }
        using var process = Process.Start(info) ?? throw new InvalidOperationException($"{file} did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token);
            return new Result(process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>As <see cref="Run"/>, but a failure is an exception that carries what the command printed.</summary>
    public static async Task<string> Must(
        string file,
        IEnumerable<string> arguments,
        string? user = null,
        CancellationToken token = default,
        IReadOnlyDictionary<string, string?>? environment = null
    )
    {
        var result = await Run(file, arguments, user, token, environment);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{file} ended with {result.ExitCode}: {result.Output.Trim()}");
    }
}
