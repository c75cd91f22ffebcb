namespace Mobility.Bench;

/// <summary>Times by rank.</summary>
public static class Percentiles
{
    /// <summary>The smallest of the sorted values that at least the share of all does not exceed (nearest
    /// rank).</summary>
    /// <param name="sorted">In rising order, at least one.</param>
    /// <param name="share">0.5 for the median, 0.99; over 0, at most 1.</param>
    public static double Of(IReadOnlyList<double> sorted, double share) =>
        sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}
