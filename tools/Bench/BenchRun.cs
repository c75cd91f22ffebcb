using System.Globalization;

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
            ["events"] = EventsBench.Run,
            ["backlog"] = BacklogBench.Run,
            ["settle"] = SettleBench.Run,
            ["start"] = StartBench.Run,
            ["memory"] = MemoryBench.Run,
            ["zones"] = ZoneBench.Run,
            ["places"] = PlaceBench.Run,
        };

    /// <summary>0 when the goal is met, 1 when it is not or a result is wrong, 2 when nobody knows what was
    /// asked.</summary>
    public static async Task<int> Start(string[] args, TextWriter output, TextWriter errors)
    {
        var names = args.TakeWhile(word => !word.StartsWith('-')).ToList();
        names = names is ["all"] ? [.. Rows.Keys] : names;
        var numbers = (
            Number(args, "--rounds", 5, 600),
            Number(args, "--seconds", 5, 600),
            Number(args, "--complaints", 1_000_000, 10_000_000)
        );
        if (
            numbers is not ({ } rounds, { } seconds, { } complaints)
            || names.Count == 0
            || !names.TrueForAll(Rows.ContainsKey)
        )
        {
            await errors.WriteLineAsync(
                $"usage: ./mobility bench all | {string.Join(" | ", Rows.Keys)} ... [--rounds N] [--seconds N] "
                    + "[--complaints N]"
            );
            return 2;
        }
        var root = Path.GetFullPath(Value(args, "--root") ?? ".");
        var options = new BenchOptions(root, rounds, TimeSpan.FromSeconds(seconds), complaints)
        {
            Sustained = TimeSpan.FromSeconds(Number(args, "--seconds", 60, 600) ?? 60),
        };
        var failed = new List<string>();
        foreach (var name in names)
        {
            await output.WriteLineAsync($"== {name}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");
            if (!await Rows[name](options, output))
            {
                failed.Add(name);
            }
        }
        await output.WriteLineAsync(
            failed.Count == 0 ? "all goals met" : $"goal missed or void: {string.Join(", ", failed)}"
        );
        return failed.Count == 0 ? 0 : 1;
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
