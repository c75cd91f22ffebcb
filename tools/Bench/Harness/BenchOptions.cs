namespace Mobility.Bench;

/// <summary>How a bench is run.</summary>
/// <param name="Root">Folder of the checkout.</param>
/// <param name="Rounds">Rounds that count, each with every side once.</param>
/// <param name="Length">How long a side is asked in a round.</param>
/// <param name="Complaints">Rows for the lists by box.</param>
public sealed record BenchOptions(string Root, int Rounds, TimeSpan Length, int Complaints)
{
    /// <summary>Code is compiled anew while it runs: nothing is measured before.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    /// <summary>How long calls come at a fixed rate, in rows of one round.</summary>
    public TimeSpan Sustained { get; init; } = TimeSpan.FromSeconds(60);
}
