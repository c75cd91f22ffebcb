using System.Collections.Concurrent;

namespace Mobility.Bench;

/// <summary>
/// Row `events`: 500 events a second through relay, sidecar and one consumer; from the commit of an event to the commit
/// of its effect.
/// </summary>
public static class EventsBench
{
    private const int PerSecond = 500;
    private const double MillisecondsGoal = 100;

    /// <summary>Runs it and prints what came out; false when the goal is missed.</summary>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        await using var system = await WholeSystem.Start(options.Root, EventFlow.Parts, 1, output);
        var flow = new EventFlow(system);
        var loop = new OpenLoop(PerSecond);
        await flow.WarmUp(loop);

        var vehicles = new ConcurrentBag<Guid>();
        var result = await loop.Run(loop.CallsIn(options.Sustained), async _ => vehicles.Add(await flow.Register()));
        var left = await flow.Waiting();
        var drained = await flow.Drained();
        await output.WriteLineAsync(
            $"events: {result.Calls} in {result.Took.TotalSeconds:F1} s, {result.Rate:F0}/s of {PerSecond}/s, "
                + $"latest call {result.Latest.TotalMilliseconds:F0} ms late; {left} waited when the last was written"
        );
        await system.TellForeign(output);
        IReadOnlyList<string> findings =
        [
            .. result.Failures,
            .. await flow.Findings(),
            .. drained ? [] : new[] { "events still wait" },
            .. result.KeptSchedule ? [] : new[] { "the schedule was missed" },
        ];
        Verdict.Require(findings);
        var lags = await flow.Lags(vehicles);
        var (p50, p99) = (Percentiles.Of(lags, 0.50), Percentiles.Of(lags, 0.99));
        await output.WriteLineAsync(
            $"events: commit to consumer's commit p50 {p50:F1} ms, p99 {p99:F1} ms, max {lags[^1]:F1} ms"
        );
        return await Verdict.Reached("events: p99 in ms", p99, MillisecondsGoal, output);
    }
}
