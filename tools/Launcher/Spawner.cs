using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mobility.Launcher;

/// <summary>
/// Starts children that cannot outlive this process. The kernel's parent-death signal is tied to the thread that
/// forked,
/// so one thread that lives as long as the process does all the forking.
/// </summary>
public static class Spawner
{
    private static readonly BlockingCollection<Action> Work = [];

    static Spawner()
    {
        new Thread(Loop) { IsBackground = true, Name = "spawner" }.Start();
    }

    /// <summary>Starts a child; its output flows into the spec's log until it ends.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">setsid (util-linux) is missing.</exception>
    public static async Task<Process> Start(ChildSpec spec)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() => Fork(spec, started));
        var process = await started.Task;
        var log = spec.LogFile is null ? null : new BoundedLog(spec.LogFile);
        var output = BoundedLog.Pump(process.StandardOutput.BaseStream, log);
        var errors = BoundedLog.Pump(process.StandardError.BaseStream, log);
        _ = Task.WhenAll(output, errors).ContinueWith(_ => log?.Dispose(), TaskScheduler.Default);
        return process;
    }

    private static void Loop()
    {
        foreach (var action in Work.GetConsumingEnumerable())
        {
            action();
        }
    }

    private static void Fork(ChildSpec spec, TaskCompletionSource<Process> started)
    {
        try
        {
            // A session of its own: Ctrl-C in the terminal reaches the launcher only, which then stops all in order.
            var info = new ProcessStartInfo("setsid", ["setpriv", .. spec.SetprivArguments()])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            if (spec.WorkingDirectory is not null)
            {
                info.WorkingDirectory = spec.WorkingDirectory;
            }
            foreach (var (key, value) in spec.Environment)
            {
                info.Environment[key] = value;
            }
            var process = Process.Start(info) ?? throw new InvalidOperationException($"{spec.Name} did not start");
            process.StandardInput.Close();
            started.SetResult(process);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            started.SetException(e);
        }
    }
}
