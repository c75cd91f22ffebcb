namespace Mobility.Bench;

/// <summary>A result was wrong, so that no figure of the run counts.</summary>
public sealed class VoidRunException(string message) : Exception(message);

/// <summary>The last lines of a row: is it valid, and was its goal reached?</summary>
internal static class Verdict
{
    private const int ShownMax = 10;

    /// <summary>Ends the run when something voids it.</summary>
    /// <exception cref="VoidRunException">There is a finding; the message has at most ten.</exception>
    public static void Require(IReadOnlyList<string> findings)
    {
        if (findings.Count > 0)
        {
            var more = findings.Count > ShownMax ? $"; and {findings.Count - ShownMax} more" : "";
            throw new VoidRunException(string.Join("; ", findings.Take(ShownMax)) + more);
        }
    }

    /// <summary>Prints a figure beside the most that it may be; true when it is no more.</summary>
    public static Task<bool> Reached(string what, double figure, double most, TextWriter output) =>
        Tell($"{what}: {figure:F2}, goal <= {most:F2}", figure <= most, output);

    /// <summary>Prints a figure beside the least that it may be; true when it is no less.</summary>
    public static Task<bool> ReachedAtLeast(string what, double figure, double least, TextWriter output) =>
        Tell($"{what}: {figure:F2}, goal >= {least:F2}", figure >= least, output);

    private static async Task<bool> Tell(string words, bool reached, TextWriter output)
    {
        await output.WriteLineAsync($"{words}: {(reached ? "reached" : "MISSED")}");
        return reached;
    }
}
