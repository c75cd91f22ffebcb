namespace Mobility.Launcher;

/// <summary>How long a dead child waits for its restart: 1, 2, 4 … 30 s, and 1 s again once it lived for a
/// minute.</summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait of a system that is left alone.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(60);

    /// <summary>The wait before the next start.</summary>
    /// <param name="previous">The wait before the life that just ended; null at the first death.</param>
    /// <param name="lived">How long that life was.</param>
    /// <param name="longest">No wait is longer.</param>
    public static TimeSpan Next(TimeSpan? previous, TimeSpan lived, TimeSpan longest)
    {
        if (previous is null || lived >= Healthy)
        {
            return First;
        }
        var doubled = previous.Value * 2;
        return doubled > longest ? longest : doubled;
    }
}
