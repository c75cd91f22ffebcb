using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;

namespace Mobility.Bench;

/// <summary>What came of calls at a fixed rate.</summary>
/// <param name="Calls">How many were made.</param>
/// <param name="Took">From the start until the last was made.</param>
/// <param name="Planned">How long that was to take.</param>
/// <param name="Latest">By how much the latest call missed its time.</param>
/// <param name="Failures">What each failed call said.</param>
public sealed record OpenLoopResult(
    int Calls,
    TimeSpan Took,
    TimeSpan Planned,
    TimeSpan Latest,
    IReadOnlyList<string> Failures
)
{
    /// <summary>A caller that falls behind by more measures a lower rate than the one it names.</summary>
    private const double MissMax = 0.05;

    /// <summary>Calls a second.</summary>
    public double Rate => Calls <= 1 ? 0 : (Calls - 1) / Took.TotalSeconds;

    /// <summary>Were the calls made at the rate that was asked for?</summary>
    public bool KeptSchedule => Took <= Planned * (1 + MissMax);
}

/// <summary>
/// Calls at times that are fixed beforehand, whether or not earlier calls have returned: a system that stalls gets the
/// calls of the stall all the same, as it would from people.
/// </summary>
/// <param name="perSecond">Calls a second.</param>
/// <param name="atOnce">Calls under way at most; one that waits for room is late, which the result shows.</param>
public sealed class OpenLoop(double perSecond, int atOnce = 1_000)
{
    /// <summary>The same at a share of the rate.</summary>
    public OpenLoop AtShare(double share) => new(perSecond * share, atOnce);

    /// <summary>When the nth call is due after the start, the first at once.</summary>
    public TimeSpan Due(int n) => TimeSpan.FromSeconds(n / perSecond);

    /// <summary>Calls of so long a time.</summary>
    public int CallsIn(TimeSpan length) => (int)Math.Round(length.TotalSeconds * perSecond);

    /// <summary>Makes so many calls and waits for all of them; a cancelled run makes no more.</summary>
    public async Task<OpenLoopResult> Run(int calls, Func<int, Task> call, CancellationToken stop = default)
    {
        using var room = new SemaphoreSlim(atOnce);
        var failures = new ConcurrentQueue<string>();
        var running = new List<Task>(calls);
        var (latest, took) = (TimeSpan.Zero, TimeSpan.Zero);
        var start = Stopwatch.GetTimestamp();
        while (running.Count < calls && !stop.IsCancellationRequested)
        {
            var due = Due(running.Count);
            var early = due - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, TimeProvider.System, CancellationToken.None);
            }
            await room.WaitAsync(CancellationToken.None);
            took = Stopwatch.GetElapsedTime(start);
            latest = took - due > latest ? took - due : latest;
            running.Add(One(running.Count, call, room, failures));
        }
        await Task.WhenAll(running);
        return new(running.Count, took, Due(Math.Max(0, running.Count - 1)), latest, [.. failures]);
    }

    private static async Task One(int n, Func<int, Task> call, SemaphoreSlim room, ConcurrentQueue<string> failures)
    {
        try
        {
            await call(n);
        }
        catch (Exception e) when (e is RpcException or HttpRequestException)
        {
            failures.Enqueue(e.Message);
        }
        finally
        {
            room.Release();
        }
    }
}
