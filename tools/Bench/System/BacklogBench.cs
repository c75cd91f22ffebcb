using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>
/// Row `backlog`: the sidecar is frozen, as a broker that hangs, while writers go at full speed until 20,000 events
/// wait. Then it goes on, and writers at half that speed. How fast do events reach the consumer's commits, and is the
/// backlog ever gone?
/// </summary>
/// <remarks>
/// The peak is of writers that have the machine to themselves, because nothing is relayed or applied meanwhile: a
/// measure that is harder to reach than their speed beside a running relay. A backlog counts as gone when no more waits
/// than is written in a tenth of a second.
/// </remarks>
public static class BacklogBench
{
    private const int Backlog = 20_000;
    private const int Writers = 32;
    private const int WarmUpPerSecond = 300;

    /// <summary>Of the writers' speed in that of the gone backlog.</summary>
    private const double GoneSeconds = 0.1;

    /// <summary>How long a backlog may take to begin to shrink.</summary>
    private static readonly TimeSpan Chance = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it and prints what came out; false when the goal is missed.</summary>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        await using var system = await WholeSystem.Start(options.Root, EventFlow.Parts, Writers, output);
        var flow = new EventFlow(system);
        await flow.WarmUp(new OpenLoop(WarmUpPerSecond));

        var sidecar = system.PidOf("sidecar");
        Signals.Send(sidecar, Signals.Stop);
        var failures = new ConcurrentQueue<string>();
        var peak = await Fill(flow, failures);
        await output.WriteLineAsync(
            $"backlog: {await flow.Waiting()} events wait, written at {peak:F0}/s by {Writers} writers (peak)"
        );
        Signals.Send(sidecar, Signals.Continue);
        var drain = await Drain(flow, peak / 2);
        await output.WriteLineAsync(drain.Told(peak));

        var (rest, start) = (await flow.Waiting(), Stopwatch.GetTimestamp());
        var drained = await flow.Drained();
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await output.WriteLineAsync($"backlog: without writers {rest} in {took:F1} s, {rest / took:F0}/s");
        await system.TellForeign(output);
        IReadOnlyList<string> findings =
        [
            .. failures,
            .. drain.Writing.Failures,
            .. await flow.Findings(),
            .. drained ? [] : new[] { "events still wait" },
        ];
        Verdict.Require(findings);
        var isGone = drain.IsGone && drain.Writing.KeptSchedule;
        await output.WriteLineAsync(isGone ? "backlog: gone" : "backlog: not gone, or writers slower than half");
        return await Verdict.Reached("backlog: peak write rate / drain rate", peak / drain.Rate, 1, output) && isGone;
    }

    /// <summary>Writes until so many wait; the writers' events a second.</summary>
    private static async Task<double> Fill(EventFlow flow, ConcurrentQueue<string> failures)
    {
        var (start, before) = (Stopwatch.GetTimestamp(), flow.Registered);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Write(flow, before + Backlog, failures)));
        return (flow.Registered - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task Write(EventFlow flow, int until, ConcurrentQueue<string> failures)
    {
        try
        {
            while (flow.Registered < until)
            {
                await flow.Register();
            }
        }
        catch (RpcException e)
        {
            failures.Enqueue(e.Message);
        }
    }

    private static async Task<DrainResult> Drain(EventFlow flow, double writesPerSecond)
    {
        var loop = new OpenLoop(writesPerSecond);
        using var enough = new CancellationTokenSource();
        var (start, before, waited) = (Stopwatch.GetTimestamp(), await flow.Applied(), await flow.Waiting());
        var writing = loop.Run(loop.CallsIn(Patience), _ => flow.Register(), enough.Token);
        var grows = false;
        await WholeSystem.Until(
            Patience,
            async () =>
            {
                var waiting = await flow.Waiting();
                // What has not become less by then never will, and would only make the end longer.
                grows = Stopwatch.GetElapsedTime(start) > Chance && waiting >= waited;
                return grows || waiting <= GoneSeconds * writesPerSecond;
            }
        );
        var (took, applied, left) = (Stopwatch.GetElapsedTime(start), await flow.Applied(), await flow.Waiting());
        await enough.CancelAsync();
        var isGone = left <= GoneSeconds * writesPerSecond;
        return new(isGone, took, applied - before, waited, left, await writing);
    }

    private sealed record DrainResult(
        bool IsGone,
        TimeSpan Took,
        long Applied,
        long Before,
        long Left,
        OpenLoopResult Writing
    )
    {
        /// <summary>Events a second that reached the consumer's commits.</summary>
        public double Rate => Applied / Took.TotalSeconds;

        public string Told(double peak) =>
            $"backlog: from {Before} to {Left} in {Took.TotalSeconds:F1} s at {Rate:F0}/s, while {Writing.Rate:F0}/s "
            + $"of {peak / 2:F0}/s were written; {Rate / peak:F2} of the peak, {Rate / Writing.Rate:F2} of the writers";
    }
}
