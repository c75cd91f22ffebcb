using Grpc.Core;
using Grpc.Health.V1;
using Mobility.Platform.Data;
using Npgsql;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Mobility.Platform.Rpc;

/// <summary>grpc.health.v1: serving while the database answers. A watcher gets every change.</summary>
internal sealed class Health(AppPage page) : Grpc.Health.V1.Health.HealthBase
{
    private volatile TaskCompletionSource changed = NewSignal();
    private volatile ServingStatus status = ServingStatus.NotServing;
    private volatile bool stopping;

    /// <summary>Does the database answer?</summary>
    public bool IsServing => status == ServingStatus.Serving;

    /// <summary>Asks the database; a job runs this every second.</summary>
    public async Task Probe(JobContext job)
    {
        try
        {
            await job.Db.InTransaction(Db.AllClients, tx => tx.Scalar<int>("""SELECT 1"""), job.Token);
            Set(ServingStatus.Serving);
        }
        catch (Refusal e) when (e.Code == StatusCode.ResourceExhausted)
        {
            // Busy is not down: to send nobody here any more would only make the next one busy.
        }
        catch (Exception e) when (e is NpgsqlException or Refusal)
        {
            Set(ServingStatus.NotServing);
        }
    }

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        IsKnown(request.Service)
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw new RpcException(new Status(StatusCode.NotFound, "The service is not known here."));

    public override async Task Watch(
        HealthCheckRequest request,
        IServerStreamWriter<HealthCheckResponse> responseStream,
        ServerCallContext context
    )
    {
        ServingStatus? told = null;
        while (!context.CancellationToken.IsCancellationRequested)
        {
            var signal = changed.Task;
            var last = stopping;
            var now = IsKnown(request.Service) ? status : ServingStatus.ServiceUnknown;
            if (now != told)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = now }, context.CancellationToken);
                told = now;
            }
            if (last)
            {
                // Kestrel waits for open streams before it stops.
                return;
            }
            try
            {
                await signal.WaitAsync(context.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private bool IsKnown(string service) =>
        service.Length == 0 || page.Services.Any(s => string.Equals(s.FullName, service, StringComparison.Ordinal));

    private void Set(ServingStatus next)
    {
        if (status != next && !stopping)
        {
            status = next;
            Interlocked.Exchange(ref changed, NewSignal()).TrySetResult();
        }
    }

    /// <summary>Tells every watcher that the service stops, and ends its stream.</summary>
    public void Stop()
    {
        status = ServingStatus.NotServing;
        stopping = true;
        Interlocked.Exchange(ref changed, NewSignal()).TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
