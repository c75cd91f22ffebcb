using System.Diagnostics;

namespace Mobility.Launcher;

/// <summary>What can be done to a started child.</summary>
public static class Children
{
    /// <summary>Sends the first signal; after 10 s without an end the second, and after 5 s more SIGKILL.</summary>
    public static async Task Stop(Process process, int signal, int second = Signals.Kill)
    {
        (int Signal, TimeSpan Patience)[] steps =
        [
            (signal, TimeSpan.FromSeconds(10)),
            (second, TimeSpan.FromSeconds(5)),
            (Signals.Kill, TimeSpan.FromSeconds(5)),
        ];
        foreach (var step in steps)
        {
            if (process.HasExited)
            {
                return;
            }
            Signals.Send(process.Id, step.Signal);
            using var patience = new CancellationTokenSource(step.Patience, TimeProvider.System);
            try
            {
                await process.WaitForExitAsync(patience.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                continue;
            }
        }
    }
}
