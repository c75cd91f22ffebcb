namespace Mobility.Bench;

/// <summary>The last lines of a row: is it valid, and was its goal reached?</summary>
internal static class Verdict
{
    private const int ShownMax = 10;

    /// <summary>Prints what voids the run; true when nothing does.</summary>
    public static async Task<bool> IsValid(IReadOnlyList<string> findings, TextWriter output)
    {
        foreach (var finding in findings.Take(ShownMax))
        {
            await output.WriteLineAsync($"VOID: {finding}");
        }
        if (findings.Count > ShownMax)
        {
            await output.WriteLineAsync($"VOID: and {findings.Count - ShownMax} more");
        }
        return findings.Count == 0;
    }

    /// <summary>Prints a figure beside the most that it may be; true when it is no more.</summary>
    public static async Task<bool> Reached(string what, double figure, double most, TextWriter output)
    {
        var reached = figure <= most;
        await output.WriteLineAsync($"{what}: {figure:F2}, goal <= {most:F2}: {(reached ? "reached" : "MISSED")}");
        return reached;
    }
}
