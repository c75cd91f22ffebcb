using System.Globalization;
using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>Memory of processes by PSS: what a process shares with others counts for it in its share, so that the sum
/// over processes counts each page once.</summary>
internal static class ProcessMemory
{
    /// <summary>Mebibytes of a process and all its descendants.</summary>
    /// <exception cref="InvalidOperationException">A process does not let itself be read.</exception>
    public static async Task<double> OfTree(int pid)
    {
        var children = Parents().ToLookup(pair => pair.Parent, pair => pair.Id);
        var sum = 0.0;
        var waiting = new Queue<int>([pid]);
        while (waiting.TryDequeue(out var next))
        {
            sum += await Of(next) ?? 0;
            foreach (var child in children[next])
            {
                waiting.Enqueue(child);
            }
        }
        return sum;
    }

    /// <summary>Mebibytes of one process; null when it has ended.</summary>
    public static async Task<double?> Of(int pid)
    {
        var file = $"/proc/{pid}/smaps_rollup";
        try
        {
            return Pss(await File.ReadAllTextAsync(file));
        }
        catch (UnauthorizedAccessException e)
        {
            // Root without the right to trace reads only its own: PostgreSQL's are read as PostgreSQL's user.
            var read = await Command.Run("cat", [file], Uid(pid));
            return read.ExitCode == 0 ? Pss(read.Output)
                : Signals.IsAlive(pid) ? throw new InvalidOperationException($"{file}: {read.Output.Trim()}", e)
                : null;
        }
        catch (Exception e) when (e is IOException && !Signals.IsAlive(pid))
        {
            return null;
        }
    }

    private static double Pss(string rollup)
    {
        var line = rollup.Split('\n').First(one => one.StartsWith("Pss:", StringComparison.Ordinal));
        var kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return double.Parse(kibibytes, CultureInfo.InvariantCulture) / 1024;
    }

    private static string Uid(int pid) =>
        File.ReadLines($"/proc/{pid}/status")
            .First(line => line.StartsWith("Uid:", StringComparison.Ordinal))
            .Split('\t')[1];

    private static IEnumerable<(int Id, int Parent)> Parents()
    {
        foreach (var name in Directory.GetDirectories("/proc").Select(Path.GetFileName))
        {
            if (int.TryParse(name, CultureInfo.InvariantCulture, out var id) && Stat(id) is { } stat)
            {
                // The name in brackets may hold blanks. After it: state, parent.
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                yield return (id, int.Parse(fields[1], CultureInfo.InvariantCulture));
            }
        }
    }

    private static string? Stat(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
