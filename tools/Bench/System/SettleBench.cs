using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>
/// Row `settle`: 20 riders a second report that the lock stayed shut; each has a ride and a payment of his own, told
/// by the operator just before. From the last of ride, payment and report to the settled refund, in a whole system.
/// </summary>
public static class SettleBench
{
    private const int PerSecond = 20;
    private const int Vehicles = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs it and prints what came out; false when the run is void.</summary>
    public static async Task<bool> Run(BenchOptions options, TextWriter output)
    {
        await using var system = await WholeSystem.Start(options.Root, StackOptions.AllParts, 1, output);
        using var stage = new SettleStage(system);
        await stage.Prepare(Vehicles);
        await stage.Settled(Patience);
        var loop = new OpenLoop(PerSecond);
        var warm = await loop.Run(loop.CallsIn(BenchOptions.WarmUp), n => stage.Report(n));
        await stage.Settled(Patience);
        system.Begin();
        var result = await loop.Run(loop.CallsIn(options.Sustained), n => stage.Report(warm.Calls + n));
        var books = await stage.Settled(Patience);
        await system.TellForeign(output);

        IReadOnlyList<string> findings =
        [
            .. warm.Failures,
            .. result.Failures,
            .. stage.Findings(books),
            .. system.Troubles(),
            .. result.KeptSchedule ? [] : new[] { "the schedule was missed" },
        ];
        Verdict.Require(findings);
        var waits = stage.Waits(books, from: warm.Calls).ToList();
        await output.WriteLineAsync($"settle: {waits.Count} reports, {result.Rate:F1}/s");
        await Tell("report to settled refund", waits.Select(one => one.Settled - one.Known), output);
        await Tell("  report to admission", waits.Select(one => one.Admitted - one.Known), output);
        await Tell("  admission to the order", waits.Select(one => one.Sent - one.Admitted), output);
        await Tell("  order to the proof", waits.Select(one => one.Settled - one.Sent), output);
        return true;
    }

    private static Task Tell(string what, IEnumerable<TimeSpan> times, TextWriter output)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToList();
        return output.WriteLineAsync(
            $"settle: {what}: p50 {Percentiles.Of(sorted, 0.50):F0} ms, p95 {Percentiles.Of(sorted, 0.95):F0} ms, "
                + $"max {sorted[^1]:F0} ms"
        );
    }
}
