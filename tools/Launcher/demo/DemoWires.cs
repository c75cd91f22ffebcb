using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>
/// The public gRPC APIs as a client that does not give up at once: a service that is away is asked again with the same
/// request, whose request id makes the repeat harmless.
/// </summary>
public sealed class DemoWires : IDisposable
{
    /// <summary>A part that keeps being killed is started again after 30 s and needs some for itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Tokens are signed anew well before they end.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(3);

    private readonly RunFolder run;
    private readonly TimeProvider clock;
    private readonly IReadOnlyList<GrpcChannel> channels;
    private readonly ConcurrentDictionary<string, (DateTimeOffset Time, string Bearer)> signed = new(
        StringComparer.Ordinal
    );
    private int retries;

    /// <summary>Opens channels to the services of a running system.</summary>
    /// <param name="state">Where they are.</param>
    /// <param name="run">Where the issuer's key is.</param>
    /// <param name="clock">The system's clock: tokens are of its time.</param>
    public DemoWires(RunState state, RunFolder run, TimeProvider clock)
    {
        this.run = run;
        this.clock = clock;
        channels = [.. StackOptions.ServiceNames.Select(name => Open(state.Services[name]))];
        Faults = new FaultsService.FaultsServiceClient(channels[0]);
        Refunds = new RefundsService.RefundsServiceClient(channels[1]);
        Parking = new ParkingService.ParkingServiceClient(channels[2]);
        Desk = new DeskService.DeskServiceClient(channels[3]);
    }

    public FaultsService.FaultsServiceClient Faults { get; }

    public RefundsService.RefundsServiceClient Refunds { get; }

    public ParkingService.ParkingServiceClient Parking { get; }

    public DeskService.DeskServiceClient Desk { get; }

    /// <summary>How many calls had to be repeated.</summary>
    public int Retries => retries;

    /// <summary>Calls until there is an answer, at most 90 s.</summary>
    /// <param name="rpc">A method of a client above.</param>
    /// <param name="request">The request; its request id stays the same.</param>
    /// <param name="who">The caller; null for one without a token.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="RpcException">The service refused, or stayed away.</exception>
    public async Task<TReply> Call<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> rpc,
        TRequest request,
        Token? who,
        CancellationToken token
    )
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                var headers = who is null ? [] : new Metadata { { "authorization", $"Bearer {Bearer(who)}" } };
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
        foreach (var channel in channels)
        {
            channel.Dispose();
        }
    }

    private string Bearer(Token who)
    {
        var now = clock.GetUtcNow();
        if (signed.TryGetValue(who.Subject, out var kept) && now - kept.Time < TokenLife)
        {
            return kept.Bearer;
        }
        var bearer = who.Sign(run.IssuerKey, clock);
        signed[who.Subject] = (now, bearer);
        return bearer;
    }

    /// <summary>Is the service, its database or the connection away or busy, or was another request faster?</summary>
    private static bool MayPass(RpcException e) =>
        e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Aborted
        || RpcCall.ReasonOf(e) == "SERVICE_BUSY"
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
