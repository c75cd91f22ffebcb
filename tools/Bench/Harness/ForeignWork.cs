using System.Globalization;

namespace Mobility.Bench;

/// <summary>
/// How much of the machine others used: all that was busy less what this process and its descendants (services,
/// PostgreSQL, pgbench) used. A child that ended meanwhile is in its parent's account once the parent has waited for
/// it.
/// </summary>
public sealed class ForeignWork
{
    private readonly (long Idle, long All) machine = Machine.Ticks();
    private readonly long own = OwnTicks();

    private ForeignWork() { }

    /// <summary>Begins to look.</summary>
    public static ForeignWork Begin() => new();

    /// <summary>Share of the machine, 0 to 1, that others used since.</summary>
    public double Share()
    {
        var (idle, all) = Machine.Ticks();
        var busy = all - machine.All - (idle - machine.Idle);
        return Math.Max(0, busy - (OwnTicks() - own)) / (double)Math.Max(1, all - machine.All);
    }

    private static long OwnTicks()
    {
        var seen = Directory.GetDirectories("/proc").Select(Read).OfType<Entry>().ToDictionary(p => p.Id);
        return seen.Values.Where(p => IsOurs(p, seen)).Sum(p => p.Ticks);
    }

    private static bool IsOurs(Entry process, Dictionary<int, Entry> seen)
    {
        for (var at = process; at is not null; at = seen.GetValueOrDefault(at.Parent))
        {
            if (at.Id == Environment.ProcessId)
            {
                return true;
            }
        }
        return false;
    }

    private static Entry? Read(string folder)
    {
        try
        {
            return int.TryParse(Path.GetFileName(folder), out var id)
                ? Of(id, File.ReadAllText(Path.Combine(folder, "stat")))
                : null;
        }
        catch (IOException)
        {
            // It ended between the two looks.
            return null;
        }
    }

    private static Entry Of(int id, string stat)
    {
        // The name in brackets may hold blanks. After it: state, parent, ..., and from the twelfth on the ticks in user
        // and system mode, then the same of children that were waited for.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new Entry(id, (int)Number(fields[1]), fields[11..15].Sum(Number));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Entry(int Id, int Parent, long Ticks);
}
