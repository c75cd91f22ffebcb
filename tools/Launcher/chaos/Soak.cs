using System.Diagnostics;

namespace Mobility.Launcher;

/// <summary>`./mobility soak`: a whole weekend with kills for one seed after the other, each on a fresh system. It
/// stops at the first that fails and keeps its folder.</summary>
public static class Soak
{
    /// <summary>So many seeds are half an hour on two quiet cores.</summary>
    public const int UsualSeeds = 5;

    /// <summary>Everybody may pass, because PostgreSQL may run as a user of its own; nobody else may look.</summary>
    private const UnixFileMode Passable = (UnixFileMode)0b111_001_001;

    /// <summary>Runs the seeds.</summary>
    /// <param name="options">What is started for each; its run folder does not count.</param>
    /// <param name="first">The first seed; the others follow it.</param>
    /// <param name="count">How many.</param>
    /// <param name="output">A line for each seed and one at the end.</param>
    /// <param name="wish">What a seed asks of the demo; null = the whole weekend with the kills of the seed.</param>
    /// <returns>Exit code: 0 when all went well.</returns>
    public static async Task<int> Run(
        StackOptions options,
        int first,
        int count,
        TextWriter output,
        Func<int, DemoWish>? wish = null
    )
    {
        var start = Stopwatch.GetTimestamp();
        for (var seed = first; seed < first + count; seed++)
        {
            if (!await RunSeed(options, seed, wish?.Invoke(seed) ?? new DemoWish(Chaos: seed), output))
            {
                await output.WriteLineAsync($"soak FAILED: {Seeds(seed - first)} went well, seed {seed} did not");
                return 1;
            }
        }
        await output.WriteLineAsync($"soak OK: {Seeds(count)} from {first} on, {Minutes(start)}");
        return 0;
    }

    private static async Task<bool> RunSeed(StackOptions options, int seed, DemoWish wish, TextWriter output)
    {
        var start = Stopwatch.GetTimestamp();
        var folder = Directory.CreateTempSubdirectory("mobility-soak-").FullName;
        File.SetUnixFileMode(folder, Passable);
        var story = Path.Combine(folder, "demo.txt");
        var run = new RunFolder(Path.Combine(folder, ".run"));
        int exit;
        // Written at once: whoever waits looks into it.
        await using (var words = new StreamWriter(story) { AutoFlush = true })
        {
            exit = await Demo.Run(options with { RunFolder = run.Path }, wish, words);
        }
        var last = (await File.ReadAllLinesAsync(story))[^1];
        await output.WriteLineAsync($"seed {seed}, {Minutes(start)}: {last}");
        if (exit == 0)
        {
            PrivatePostgres.Delete(run.Postgres);
            PrivateRabbit.Delete(run.Rabbit);
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            await output.WriteLineAsync($"kept: {folder}");
        }
        return exit == 0;
    }

    private static string Seeds(int count) => count == 1 ? "1 seed" : $"{count} seeds";

    /// <summary>How long it took since then, as 74:20 min.</summary>
    internal static string Minutes(long start)
    {
        var time = Stopwatch.GetElapsedTime(start);
        return $"{(int)time.TotalMinutes:00}:{time.Seconds:00} min";
    }
}
