using System.Diagnostics;

namespace Mobility.Bench;

/// <summary>What came of a row; also the exit code of its process.</summary>
public enum RowOutcome
{
    Reached = 0,

    /// <summary>A result was wrong, or the row broke: no figure of it counts.</summary>
    Void = 1,

    /// <summary>The figures count and are worse than the goal.</summary>
    Missed = 3,
}

/// <summary>
/// A row in a process of its own: its memory is its own, a row that breaks ends no other, and whatever way it ends, all
/// that it left in its temporary folder is deleted.
/// </summary>
public static class RowProcess
{
    /// <summary>Word in the command line of such a process.</summary>
    public const string Mark = "--in-this-process";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the row; its words go where this process's go.</summary>
    /// <param name="name">The row.</param>
    /// <param name="options">Rest of the command line.</param>
    /// <param name="token">Kills it. What it started dies with it.</param>
    public static async Task<RowOutcome> Run(string name, IEnumerable<string> options, CancellationToken token)
    {
        var folder = Directory.CreateTempSubdirectory("mobility-bench-").FullName;
        // PostgreSQL runs as a user of its own when root starts it.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        try
        {
            string[] words = [typeof(RowProcess).Assembly.Location, name, Mark, .. options];
            var start = new ProcessStartInfo(Environment.ProcessPath!, words) { Environment = { ["TMPDIR"] = folder } };
            using var row = Process.Start(start)!;
            await using var killed = token.Register(() => row.Kill());
            await row.WaitForExitAsync(CancellationToken.None);
            token.ThrowIfCancellationRequested();
            return row.ExitCode is 0 or 3 ? (RowOutcome)row.ExitCode : RowOutcome.Void;
        }
        finally
        {
            await Delete(folder);
        }
    }

    /// <summary>Servers of a row that was killed may write a last file while they end.</summary>
    private static async Task Delete(string folder)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 50)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }
}
