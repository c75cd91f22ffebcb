using System.Diagnostics;

namespace Mobility.Platform;

/// <summary>
/// Named places at which a scenario ends the process as a power cut would: nothing is flushed, nothing is undone. A
/// place is armed by a file named SERVICE.PLACE in the folder of MOBILITY_KILL_POINTS; it fires once. Only on
/// development systems; elsewhere it costs one look at a null.
/// </summary>
public static class KillPoint
{
    private static string? folder;
    private static string? service;

    /// <summary>From now on the files of that folder count. A null folder changes nothing.</summary>
    internal static void Watch(string? killPoints, string serviceName) => (folder, service) = (killPoints, serviceName);

    /// <summary>Ends the process when the place is armed.</summary>
    /// <param name="place">Lower-case words with hyphens, after the part and a dot: "outbox.after-assign".</param>
    public static void Reach(string place)
    {
        if (folder is null)
        {
            return;
        }
        var armed = Path.Combine(folder, $"{service}.{place}");
        if (!File.Exists(armed))
        {
            return;
        }
        try
        {
            // One of several replicas wins the file, and the next life of this process does not find it.
            File.Move(armed, armed + ".fired");
        }
        catch (IOException)
        {
            return;
        }
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
