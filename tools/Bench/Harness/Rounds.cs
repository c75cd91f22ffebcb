using System.Globalization;

namespace Mobility.Bench;

/// <summary>What a side did in a round.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50Milliseconds">Median of their times.</param>
/// <param name="P99Milliseconds">What 99 of 100 did not exceed.</param>
public sealed record Rate(double PerSecond, double P50Milliseconds, double P99Milliseconds);

/// <summary>One of those that are compared.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Run">Asks it for that long.</param>
public sealed record Side(string Name, Func<TimeSpan, Task<Rate>> Run);

/// <summary>
/// Asks every side in turns, round after round, because a machine's speed changes from minute to minute: what counts is
/// the ratio within a round. A round in which others used the machine is repeated.
/// </summary>
public static class Rounds
{
    /// <summary>Rounds are repeated this often in all before spoilt ones count too, and are marked.</summary>
    private const int RepeatsMax = 10;

    /// <summary>The rates, by round and side.</summary>
    /// <param name="sides">The first is ours.</param>
    /// <param name="options">How many rounds, how long.</param>
    /// <param name="output">Gets a line a round.</param>
    public static async Task<IReadOnlyList<Rate[]>> Run(
        IReadOnlyList<Side> sides,
        BenchOptions options,
        TextWriter output
    )
    {
        foreach (var side in sides)
        {
            await side.Run(BenchOptions.WarmUp);
        }
        await Machine.WaitQuiet(output);
        var rounds = new List<Rate[]>();
        var repeats = 0;
        while (rounds.Count < options.Rounds)
        {
            var share = 0.0;
            var rates = new Rate[sides.Count];
            for (var n = 0; n < sides.Count; n++)
            {
                var foreign = ForeignWork.Begin();
                rates[n] = await sides[n].Run(options.Length);
                share = Math.Max(share, foreign.Share());
            }
            var noisy = share > Machine.ForeignShareMax;
            var spoilt = noisy && repeats < RepeatsMax;
            var name = spoilt ? "repeated" : Text($"{rounds.Count + 1}{(noisy ? " NOISY" : "")}");
            await output.WriteLineAsync(
                Text($"round {name}: ")
                    + string.Join("; ", sides.Zip(rates, (side, rate) => Line(side, rate, rates[0])))
                    + Text($"; others used up to {share:P0}")
            );
            if (spoilt)
            {
                repeats++;
                await Machine.WaitQuiet(output);
            }
            else
            {
                rounds.Add(rates);
            }
        }
        return rounds;
    }

    /// <summary>Prints minimum, median and maximum of each side and of the paired ratios.</summary>
    /// <returns>Median of the ratios of the first side to each other, by the others' order.</returns>
    public static async Task<IReadOnlyList<double>> Summarize(
        IReadOnlyList<Side> sides,
        IReadOnlyList<Rate[]> rounds,
        TextWriter output
    )
    {
        for (var n = 0; n < sides.Count; n++)
        {
            var side = n;
            await output.WriteLineAsync(
                Text($"{sides[n].Name}: {Spread(rounds.Select(r => r[side].PerSecond), "F0")}/s, ")
                    + Text($"p50 {Spread(rounds.Select(r => r[side].P50Milliseconds), "F2")} ms, ")
                    + Text($"p99 {Spread(rounds.Select(r => r[side].P99Milliseconds), "F2")} ms")
            );
        }
        var medians = new List<double>();
        for (var n = 1; n < sides.Count; n++)
        {
            var side = n;
            var ratios = rounds.Select(r => r[0].PerSecond / r[side].PerSecond).ToList();
            medians.Add(Median(ratios));
            await output.WriteLineAsync(Text($"{sides[0].Name} / {sides[n].Name}: {Spread(ratios, "F2")}"));
        }
        return medians;
    }

    /// <summary>The middle value; of an even number the lower of the two.</summary>
    public static double Median(IEnumerable<double> values) => Percentiles.Of([.. values.Order()], 0.5);

    private static string Spread(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToList();
        var texts = new[] { sorted[0], Median(sorted), sorted[^1] };
        return string.Join(" / ", texts.Select(value => value.ToString(format, CultureInfo.InvariantCulture)));
    }

    private static string Line(Side side, Rate rate, Rate first)
    {
        var ratio = rate == first ? "" : Text($" (ratio {first.PerSecond / rate.PerSecond:F2})");
        return Text($"{side.Name} {rate.PerSecond:F0}/s p50 {rate.P50Milliseconds:F2} p99 {rate.P99Milliseconds:F2}")
            + ratio;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
