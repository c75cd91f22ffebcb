using System.Globalization;

namespace Mobility.Bench;

/// <summary>Reads the command line of `./mobility bench` and runs what it asks for.</summary>
public static class BenchRun
{
    private const string Usage = "usage: ./mobility bench zones [--rounds N] [--seconds N]";

    /// <summary>0 when the goal is met, 1 when it is not or a result is wrong, 2 when nobody knows what was
    /// asked.</summary>
    public static async Task<int> Start(string[] args, TextWriter output, TextWriter errors)
    {
        var root = Value(args, "--root") ?? ".";
        if (args is not ["zones", ..] || Number(args, "--rounds", 5) is not { } rounds)
        {
            await errors.WriteLineAsync(Usage);
            return 2;
        }
        if (Number(args, "--seconds", 5) is not { } seconds)
        {
            await errors.WriteLineAsync(Usage);
            return 2;
        }
        return await ZoneBench.Run(root, rounds, TimeSpan.FromSeconds(seconds), output) ? 0 : 1;
    }

    private static int? Number(string[] args, string name, int otherwise) =>
        Value(args, name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= 600
            ? number
        : null;

    private static string? Value(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
