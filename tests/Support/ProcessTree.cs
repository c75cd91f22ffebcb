using System.Globalization;

namespace Mobility.Tests.Support;

/// <summary>Who started whom, by /proc.</summary>
public static class ProcessTree
{
    /// <summary>Ids of all processes below one, at this moment.</summary>
    public static HashSet<int> Below(int root)
    {
        var parents = Directory
            .GetDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Parent: ParentOf(pid)))
            .ToLookup(pair => pair.Parent, pair => pair.Pid);
        var found = new HashSet<int>();
        var open = new Queue<int>([root]);
        while (open.TryDequeue(out var pid))
        {
            foreach (var child in parents[pid].Where(found.Add))
            {
                open.Enqueue(child);
            }
        }
        return found;
    }

    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name may hold spaces and parentheses, so the fields are counted after the last one.
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
