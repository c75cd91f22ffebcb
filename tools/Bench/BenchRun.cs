using System.Globalization;
using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>Reads the command line of `./mobility bench` and runs what it asks for.</summary>
public static class BenchRun
{
    private static readonly IReadOnlyDictionary<string, Func<BenchOptions, TextWriter, Task<bool>>> Rows =
        new Dictionary<string, Func<BenchOptions, TextWriter, Task<bool>>>(StringComparer.Ordinal)
        {
            ["echo"] = EchoBench.Run,
            ["fault"] = (options, output) => IntakeBench.Run(new FaultIntake(), options, output),
            ["complaint"] = (options, output) => IntakeBench.Run(new ComplaintIntake(), options, output),
            ["refund"] = RefundBench.Run,
            ["stop"] = StopBench.Run,
            ["events"] = EventsBench.Run,
            ["backlog"] = BacklogBench.Run,
            ["settle"] = SettleBench.Run,
            ["start"] = StartBench.Run,
            ["memory"] = MemoryBench.Run,
            ["zones"] = ZoneBench.Run,
            ["places"] = PlaceBench.Run,
        };

    /// <summary>As a shell says it of a program that was interrupted.</summary>
    private const int StoppedExitCode = 130;

    /// <summary>0 when every figure counts, reached or missed; 1 when a result was wrong; 2 when nobody knows what was
    /// asked; 130 when it was told to stop.</summary>
    public static async Task<int> Start(string[] args, TextWriter output, TextWriter errors)
    {
        var names = args.TakeWhile(word => !word.StartsWith('-')).ToList();
        var given = names.Count;
        names = names is ["all"] ? [.. Rows.Keys] : names;
        if (Options(args) is not { } options || names.Count == 0 || !names.TrueForAll(Rows.ContainsKey))
        {
            await errors.WriteLineAsync(
                $"usage: ./mobility bench all | {string.Join(" | ", Rows.Keys)} ... [--rounds N] [--seconds N] "
                    + "[--complaints N]"
            );
            return 2;
        }
        if (args.Contains(RowProcess.Mark, StringComparer.Ordinal))
        {
            return (int)await One(names[0], options, output);
        }
        var outcomes = new List<(string Name, RowOutcome Outcome)>();
        using var stop = new StopSignals();
        try
        {
            foreach (var name in names)
            {
                outcomes.Add((name, await RowProcess.Run(name, args.Skip(given), stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("stopped");
            return StoppedExitCode;
        }
        foreach (var group in outcomes.GroupBy(row => row.Outcome, row => row.Name))
        {
            await output.WriteLineAsync($"{group.Key}: {string.Join(", ", group)}");
        }
        return outcomes.Exists(row => row.Outcome == RowOutcome.Void) ? 1 : 0;
    }

    /// <summary>A row, in this process.</summary>
    private static async Task<RowOutcome> One(string name, BenchOptions options, TextWriter output)
    {
        await output.WriteLineAsync($"== {name}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");
        try
        {
            return await Rows[name](options, output) ? RowOutcome.Reached : RowOutcome.Missed;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await output.WriteLineAsync($"VOID: {(e is VoidRunException ? e.Message : e)}");
            return RowOutcome.Void;
        }
    }

    private static BenchOptions? Options(string[] args)
    {
        var numbers = (
            Number(args, "--rounds", 5, 600),
            Number(args, "--seconds", 5, 600),
            Number(args, "--complaints", 1_000_000, 10_000_000)
        );
        if (numbers is not ({ } rounds, { } seconds, { } complaints))
        {
            return null;
        }
        var root = Path.GetFullPath(Value(args, "--root") ?? ".");
        var options = new BenchOptions(root, rounds, TimeSpan.FromSeconds(seconds), complaints);
        return Value(args, "--seconds") is null ? options : options with { Sustained = options.Length };
    }

    private static int? Number(string[] args, string name, int otherwise, int max) =>
        Value(args, name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
        && number <= max
            ? number
        : null;

    private static string? Value(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
