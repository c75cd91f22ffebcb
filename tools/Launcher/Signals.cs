using System.Runtime.InteropServices;

namespace Mobility.Launcher;

/// <summary>Sends POSIX signals; .NET itself offers only SIGKILL.</summary>
public static class Signals
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;

    /// <summary>Freezes a process, which cannot refuse, until <see cref="Continue"/>.</summary>
    public const int Stop = 19;

    /// <summary>Sends a signal to a process. Returns false when it no longer exists.</summary>
    public static bool Send(int pid, int signal) => SendSignal(pid, signal) == 0;

    /// <summary>Whether a process with this id exists (a zombie counts as gone).</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name may hold spaces and parentheses, so the state is looked for after the last one.
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int pid, int signal);
}
