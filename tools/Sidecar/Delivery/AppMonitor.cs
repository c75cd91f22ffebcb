using Mobility.Sidecar.Options;

namespace Mobility.Sidecar.Delivery;

/// <summary>Waits for the application's port, then opens and closes the gate as its health changes.</summary>
public sealed class AppMonitor(
    AppChannel channel,
    AppGate gate,
    HealthCheckOptions? check,
    TimeProvider clock,
    ILogger logger
)
{
    private static readonly TimeSpan DialInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>True from the moment that the port accepted a connection.</summary>
    public bool PortSeen { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public async Task Run(CancellationToken token)
    {
        while (!await channel.Accepts(token))
            await Task.Delay(DialInterval, clock, token);
        PortSeen = true;
        if (check is null)
            gate.Open();
        else
            await Watch(check, token);
    }

    private async Task Watch(HealthCheckOptions check, CancellationToken token)
    {
        int failures = check.Threshold;
        using var timer = new PeriodicTimer(check.Interval, clock);
        do
        {
            bool healthy = await channel.Probe(check, token);
            int before = failures;
            failures = healthy ? 0 : Math.Min(failures + 1, check.Threshold);
            if (healthy && before >= check.Threshold)
            {
                Log.AppHealthy(logger);
                gate.Open();
            }
            else if (before < check.Threshold && failures >= check.Threshold)
            {
                Log.AppUnhealthy(logger, failures);
                gate.Close();
            }
        } while (await timer.WaitForNextTickAsync(token));
    }
}
