using System.Globalization;

namespace Mobility.Bench;

/// <summary>Reads the command line of `./mobility bench` and runs what it asks for.</summary>
public static class BenchRun
{
    private const string Usage = "usage: ./mobility bench zones [--rounds N] [--seconds N] | places [--complaints N]";

    /// <summary>0 when the goal is met, 1 when it is not or a result is wrong, 2 when nobody knows what was
    /// asked.</summary>
    public static async Task<int> Start(string[] args, TextWriter output, TextWriter errors)
    {
        var root = Value(args, "--root") ?? ".";
        var numbers = (
            Number(args, "--rounds", 5, 600),
            Number(args, "--seconds", 5, 600),
            Number(args, "--complaints", 1_000_000, 10_000_000)
        );
        switch (args.FirstOrDefault(), numbers)
        {
            case ("zones", ({ } rounds, { } seconds, _)):
                return await ZoneBench.Run(root, rounds, TimeSpan.FromSeconds(seconds), output) ? 0 : 1;
            case ("places", (_, _, { } complaints)):
                return await PlaceBench.Run(root, complaints, output) ? 0 : 1;
            default:
                await errors.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static int? Number(string[] args, string name, int otherwise, int max) =>
        Value(args, name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
        && number <= max
            ? number
        : null;

    private static string? Value(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
