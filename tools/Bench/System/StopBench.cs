using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>
/// Row `stop`: 64 callers ask four processes for refunds under one delegation, each as soon as it is answered, while
/// the officer stops it and lets it go on again and again: how long from the button to the commit, after which nothing
/// is admitted.
/// </summary>
public static class StopBench
{
    private const double GoalMilliseconds = 100;

    /// <summary>Enough that the p99 is one of them.</summary>
    private const int Stops = 200;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    /// <summary>Runs it; false when the goal is missed.</summary>
    /// <exception cref="VoidRunException">Something was admitted after a stop, or a reply has no commit.</exception>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        await Machine.WaitQuiet(output);
        var foreign = ForeignWork.Begin();
        var stack = new StackOptions(options.Root, "") { Configuration = "release" };
        var outcome = await StopDemo.Play(stack, new StopWish(WarmUp, Stops), output);
        Verdict.Require(outcome is { IsSound: true } ? [] : ["the stops are not sound, or could not be played"]);
        var p99 = Percentiles.Of(outcome!.WaitsMilliseconds, 0.99);
        await output.WriteLineAsync(
            $"fsync {(stack.Fsync ? "on" : "off")}, {Environment.ProcessorCount} cores, load {Machine.Load()}; "
                + $"others used up to {foreign.Share():P0}"
        );
        return await Verdict.Reached("stop, pressed to committed, p99 ms", p99, GoalMilliseconds, output);
    }
}
