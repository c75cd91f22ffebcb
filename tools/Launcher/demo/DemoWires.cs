using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>
/// The public gRPC APIs as a client that does not give up at once: a service that is away is asked again with the same
/// request, whose request id makes the repeat harmless.
/// </summary>
public sealed class DemoWires : IDisposable
{
    /// <summary>A part that was killed is started again after seconds;
    /// this is longer than the launcher's first waits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly RunFolder run;
    private readonly GrpcChannel faults;
    private readonly GrpcChannel refunds;
    private int retries;

    /// <summary>Opens channels to both services of a running system.</summary>
    public DemoWires(RunState state, RunFolder run)
    {
        this.run = run;
        faults = Open(state.Services["faults"]);
        refunds = Open(state.Services["refunds"]);
        Faults = new FaultsService.FaultsServiceClient(faults);
        Refunds = new RefundsService.RefundsServiceClient(refunds);
    }

    public FaultsService.FaultsServiceClient Faults { get; }

    public RefundsService.RefundsServiceClient Refunds { get; }

    /// <summary>How many calls had to be repeated.</summary>
    public int Retries => retries;

    /// <summary>Calls until there is an answer, at most 40 s.</summary>
    /// <param name="rpc">A method of a client above.</param>
    /// <param name="request">The request; its request id stays the same.</param>
    /// <param name="who">The caller.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="RpcException">The service refused, or stayed away.</exception>
    public async Task<TReply> Call<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> rpc,
        TRequest request,
        Token who,
        CancellationToken token
    )
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                // Signed for each try: a token is short-lived.
                var bearer = who.Sign(run.IssuerKey, TimeProvider.System);
                var headers = new Metadata { { "authorization", $"Bearer {bearer}" } };
                var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + CallTime;
                return await rpc(request, new CallOptions(headers, deadline, token)).ResponseAsync;
            }
            catch (RpcException e) when (MayPass(e) && Stopwatch.GetElapsedTime(start) < Patience)
            {
                Interlocked.Increment(ref retries);
                await Task.Delay(Pause, TimeProvider.System, token);
            }
        }
    }

    public void Dispose()
    {
        faults.Dispose();
        refunds.Dispose();
    }

    /// <summary>Is the service, its database or the connection away, or was another request faster?</summary>
    private static bool MayPass(RpcException e) =>
        e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Aborted
        // A connection that is cut in the middle of a reply.
        || e.Status.DebugException is HttpRequestException or IOException;

    private static GrpcChannel Open(ServiceState service) =>
        GrpcChannel.ForAddress(
            service.Grpc,
            new GrpcChannelOptions
            {
                InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
                MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
            }
        );
}
