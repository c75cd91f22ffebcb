using System.Diagnostics;
using System.Globalization;

namespace Mobility.Launcher;

/// <summary>
/// `./mobility soak --histories N`: histories of refunds from seeds, played by the same test as in `./mobility test`,
/// a few hundred in a process. It stops at the first that fails and shows its steps.
/// </summary>
public sealed class HistorySoak(string root, TextWriter output)
{
    /// <summary>Variable that says how many histories the test plays.</summary>
    public const string CountVariable = "MOBILITY_HISTORIES";

    /// <summary>Variable that says with which seed it begins.</summary>
    public const string FirstVariable = "MOBILITY_HISTORIES_FROM";

    /// <summary>The test's class and name.</summary>
    public const string Test =
        "SimulatorTests.Histories_of_every_seed_end_with_the_books_the_gateway_and_the_decisions_agreeing";

    /// <summary>Histories of one process and one database: a line for each of these.</summary>
    private const int Block = 500;

    /// <summary>Guards against a hang; on two quiet cores a block takes a minute or two.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>Plays so many histories from a seed on.</summary>
    /// <returns>Exit code: 0 when all went well.</returns>
    public async Task<int> Run(int first, int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var from = first; from < first + count; from += Block)
        {
            var size = Math.Min(Block, first + count - from);
            var (isGood, said) = await Play(from, size);
            if (!isGood)
            {
                await output.WriteLineAsync(said);
                await output.WriteLineAsync($"soak FAILED: a history from seed {from} to {from + size - 1} failed");
                return 1;
            }
            await output.WriteLineAsync($"seeds {from} to {from + size - 1}: OK, {Soak.Minutes(start)} so far");
        }
        await output.WriteLineAsync($"soak OK: {count} histories from seed {first} on, {Soak.Minutes(start)}");
        return 0;
    }

    private async Task<(bool IsGood, string Said)> Play(int from, int size)
    {
        using var patience = new CancellationTokenSource(Patience);
        var run = await Command.Run(
            "dotnet",
            [
                "test",
                Path.Combine(MuseumCopy.Built(root, "Tests"), "Mobility.Tests.dll"),
                "--filter",
                $"FullyQualifiedName=Mobility.Tests.Refunds.Simulator.{Test}",
            ],
            token: patience.Token,
            environment: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                [CountVariable] = size.ToString(CultureInfo.InvariantCulture),
                [FirstVariable] = from.ToString(CultureInfo.InvariantCulture),
            }
        );
        // A filter that fits no test is no failure to the runner.
        return (run.ExitCode == 0 && run.Output.Contains("Passed!", StringComparison.Ordinal), run.Output.Trim());
    }
}
