using System.Diagnostics;

namespace Mobility.Bench;

/// <summary>Callers that each ask anew as soon as they have their answer.</summary>
public static class ClosedLoop
{
    /// <summary>Lets the callers ask for that long.</summary>
    /// <param name="callers">How many at once.</param>
    /// <param name="length">How long; what is under way then is waited for and counts.</param>
    /// <param name="ask">One question by the caller of that number, from 0; throws when the answer is wrong.</param>
    public static async Task<Rate> Run(int callers, TimeSpan length, Func<int, Task> ask)
    {
        var start = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(
            Enumerable.Range(0, callers).Select(caller => Task.Run(() => Caller(caller, start, length, ask)))
        );
        var elapsed = Stopwatch.GetElapsedTime(start);
        var times = all.SelectMany(own => own).Order().ToList();
        return new Rate(times.Count / elapsed.TotalSeconds, Percentiles.Of(times, 0.5), Percentiles.Of(times, 0.99));
    }

    private static async Task<List<double>> Caller(int caller, long start, TimeSpan length, Func<int, Task> ask)
    {
        var times = new List<double>();
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            var asked = Stopwatch.GetTimestamp();
            await ask(caller);
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }
        return times;
    }
}
