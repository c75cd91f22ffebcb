using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Data;
using Mobility.Platform.Events;

namespace Mobility.Platform;

/// <summary>What a run of a job may use.</summary>
/// <param name="Db">The service's database.</param>
/// <param name="Clients">The clients.</param>
/// <param name="Settings">The process's settings.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Log">The job's log: ids only.</param>
/// <param name="Token">Ends when the process stops.</param>
public sealed record JobContext(
    Db Db,
    ClientCatalogue Clients,
    Settings Settings,
    TimeProvider Clock,
    ILogger Log,
    CancellationToken Token
);

/// <summary>Runs each job at its interval and whenever it is woken, one run at a time; a failed run is logged and
/// repeated.</summary>
internal sealed class Jobs(IReadOnlyList<JobLine> lines, JobContext context) : BackgroundService
{
    /// <summary>What the event endpoints share with the jobs.</summary>
    public required (Inbox Inbox, GapHealing Healing) EventParts { get; init; }

    /// <summary>A job that failed rests: a database that is away is not helped by ten log lines a second.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loops = lines.Select(line => Loop(line, context with { Token = stoppingToken })).ToList();
        // A loop that breaks ends the process, which is started anew; unseen, its job would never run again.
        await await Task.WhenAny(loops);
        await Task.WhenAll(loops);
    }

    private static async Task Loop(JobLine line, JobContext job)
    {
        var wake = job.Db.WakeOf(line.Name);
        while (!job.Token.IsCancellationRequested)
        {
            var done = await RunOnce(line, job);
            try
            {
                await (done ? Either(wake, line.Interval, job) : Task.Delay(AfterFailure, job.Clock, job.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task<bool> RunOnce(JobLine line, JobContext job)
    {
        try
        {
            await line.Run(job);
            return true;
        }
        catch (OperationCanceledException) when (job.Token.IsCancellationRequested)
        {
            // The process stops; what was not committed is done by the next one.
        }
        catch (Exception e) when (DatabaseErrors.PassingReason(e) is { } reason)
        {
            job.Log.JobPutOff(line.Name, reason);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            job.Log.JobFailed(e, line.Name);
        }
        return false;
    }

    private static async Task Either(SemaphoreSlim wake, TimeSpan interval, JobContext job)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(job.Token);
        var woken = wake.WaitAsync(either.Token);
        var slept = Task.Delay(interval, job.Clock, either.Token);
        await Task.WhenAny(woken, slept);
        await either.CancelAsync();
        job.Token.ThrowIfCancellationRequested();
    }
}
