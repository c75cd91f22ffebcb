using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>
/// Row `memory`: what a whole system holds 60 s after it was filled as `./mobility up` fills it, part by part; every
/// process of PostgreSQL is in it.
/// </summary>
public static class MemoryBench
{
    private const double MebibytesGoal = 1.2 * 1024;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);

    /// <summary>Runs it and prints what came out; false when the goal is missed.</summary>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        await using var system = await WholeSystem.Start(options.Root, StackOptions.AllParts, 0, output);
        var filled = await Seed.Fill(
            system.State,
            system.Run,
            new StackOptions(options.Root, system.Run.Path),
            default
        );
        // The row's own definition, not a wait for something.
        await Task.Delay(Rest, TimeProvider.System);
        await output.WriteLineAsync($"memory: {filled}; PSS {Rest.TotalSeconds:F0} s later");
        var sum = 0.0;
        foreach (var part in system.State.Parts)
        {
            var size = await ProcessMemory.OfTree(system.PidOf(part.Name));
            sum += size;
            await output.WriteLineAsync($"memory: {part.Name, -10} {size, 7:F0} MiB");
        }
        var own = await ProcessMemory.Of(Environment.ProcessId) ?? 0;
        await output.WriteLineAsync($"memory: {"parts", -10} {sum, 7:F0} MiB");
        await output.WriteLineAsync($"memory: {"bench", -10} {own, 7:F0} MiB, which is the launcher here");
        Verdict.Require([.. system.Troubles()]);
        return await Verdict.Reached("memory: MiB with the launcher", sum + own, MebibytesGoal, output);
    }
}
