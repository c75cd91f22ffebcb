using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Mobility.Platform.Rpc;

namespace Mobility.Platform;

/// <summary>
/// How much a process takes on at once. What is more is turned away at the door, before its body is read, with the time
/// after which to come back: docs/overload.md lists every bound of the system.
/// </summary>
public sealed class Overload(ServiceApp app) : IDisposable
{
    /// <summary>Connections: a proxy and the services keep tens, ten thousand would be memory for nobody.</summary>
    public const int ConnectionsMax = 1_000;

    /// <summary>Calls of one connection at a time; the protocol's own advice.</summary>
    public const int StreamsMax = 100;

    /// <summary>Requests under way: each holds one message at most, and waits four seconds at most for the database: a
    /// larger number would only wait longer.</summary>
    public const int RequestsMax = 256;

    /// <summary>Calls that stop somebody: people make them one by one, and the crowd that they stop must not keep them
    /// at the door.</summary>
    public const int StopsMax = 16;

    /// <summary>A body is whole after so long, or comes at <see cref="BodyRate"/>: its request has a place under way
    /// meanwhile. Ten times what a message takes that has to be sent anew.</summary>
    public static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(30);

    /// <summary>Bytes a second: photos from a telephone in a cellar come more quickly.</summary>
    public const int BodyRate = 16 * 1024;

    /// <summary>Calls without a token from one address at once: a city's evening behind one proxy of ours.</summary>
    public const int AnonymousBurst = 1_000;

    /// <summary>Those that come back each second: about what two cores do, so that the limit is the
    /// machine's.</summary>
    public const int AnonymousRefill = 500;

    /// <summary>A telephone sends its headers in one packet; ten seconds are three that got lost.</summary>
    public static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(10);

    /// <summary>Longer than our clients keep a connection that they do not use (60 s), so that no call meets one that
    /// is being closed.</summary>
    public static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(130);

    /// <summary>Slower than the slowest modem means that nobody is there: bytes a second, after the first seconds. Of
    /// HTTP/2 all bodies of a connection count together, so this alone bounds none of them.</summary>
    private static readonly MinDataRate SlowestBody = new(240, TimeSpan.FromSeconds(5));

    /// <summary>A caller whose machine vanished sends no end: it is asked after so long without a word, and has so long
    /// to answer.</summary>
    private static readonly (TimeSpan Delay, TimeSpan Patience) Ping = (
        TimeSpan.FromSeconds(30),
        TimeSpan.FromSeconds(20)
    );

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<IPAddress> anonymous = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        source =>
            RateLimitPartition.GetTokenBucketLimiter(
                source,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = AnonymousBurst,
                    TokensPerPeriod = AnonymousRefill,
                    ReplenishmentPeriod = Second,
                    AutoReplenishment = true,
                    QueueLimit = 0,
                }
            )
    );

    // Events have a count of their own: who keeps the callers' places taken must not make dead letters of them.
    private readonly int[] underWay = new int[3];

    /// <summary>
    /// Whom an address stands for: an IPv4 address, or of IPv6 the network of 64 bits that a household is given whole
    /// and may choose any address of.
    /// </summary>
    public static IPAddress SourceOf(IPAddress? address)
    {
        if (address is null || address.IsIPv4MappedToIPv6)
        {
            return address?.MapToIPv4() ?? IPAddress.None;
        }
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => anonymous.Dispose();

    /// <summary>Bounds connections, and ends those of slow and vanished callers.</summary>
    internal static void Bound(KestrelServerLimits limits, ServiceApp app)
    {
        limits.MaxRequestBodySize = 4 * app.RequestBytes;
        limits.MaxConcurrentConnections = ConnectionsMax;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.RequestHeadersTimeout = HeaderPatience;
        limits.KeepAliveTimeout = app.IdleConnection;
        limits.MinRequestBodyDataRate = SlowestBody;
        limits.MinResponseDataRate = SlowestBody;
        limits.Http2.MaxStreamsPerConnection = StreamsMax;
        limits.Http2.KeepAlivePingDelay = Ping.Delay;
        limits.Http2.KeepAlivePingTimeout = Ping.Patience;
    }

    /// <summary>Middleware before all others: counts what is under way and turns away what is too much.</summary>
    internal async Task Check(HttpContext http, RequestDelegate next)
    {
        if (IsWatch(http.Request.Path))
        {
            await next(http);
            return;
        }
        var door = Enter(http.Request.Path);
        try
        {
            if (door is not null)
            {
                PatientBody.Put(http, app.BodyPatience);
                await next(http);
                return;
            }
            TurnAway(http);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            // A body that came too slowly, or not as it was announced: the sender's fault, and no error of ours.
            http.Response.StatusCode = e.StatusCode;
        }
        finally
        {
            if (door is { } taken)
            {
                Interlocked.Decrement(ref underWay[taken]);
            }
        }
    }

    /// <summary>Admits a call without a token.</summary>
    /// <exception cref="Refusal">RESOURCE_EXHAUSTED when its address has called too often.</exception>
    public void AdmitAnonymous(IPAddress? address)
    {
        using var lease = anonymous.AttemptAcquire(SourceOf(address));
        if (!lease.IsAcquired)
        {
            throw new Refusal(
                StatusCode.ResourceExhausted,
                "TOO_MANY_CALLS",
                "Too many calls without a token came from one address."
            )
            {
                RetryAfter = Second,
            };
        }
    }

    /// <summary>Too much is under way here: the same may be asked again a little later.</summary>
    public static Refusal Busy() =>
        new(StatusCode.ResourceExhausted, "SERVICE_BUSY", "Too much is under way; ask again a little later.")
        {
            RetryAfter = Second,
        };

    // Those who look after the process must see it when it is busiest; a stream that watches lasts for ever.
    private static bool IsWatch(PathString path) =>
        path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal)
        || path == "/healthz"
        || path == "/readyz"
        || path == "/metrics";

    // Behind the sidecar's token, and no more at a time than the sidecar has in hand.
    private static bool IsDelivery(PathString path) => path == "/events" || path == "/dead-letters";

    // The number of the count in which there was a place. Who stops somebody has all others' places besides: to fill
    // the few from outside gains nothing.
    private int? Enter(PathString path)
    {
        int[] doors = [IsDelivery(path) ? 1 : 0];
        foreach (var door in IsStop(path) ? [2, .. doors] : doors)
        {
            if (Interlocked.Increment(ref underWay[door]) <= (door == 2 ? StopsMax : RequestsMax))
            {
                return door;
            }
            Interlocked.Decrement(ref underWay[door]);
        }
        return null;
    }

    private bool IsStop(PathString path) => path.Value is { } text && app.Stops(text[(text.LastIndexOf('/') + 1)..]);

    private void TurnAway(HttpContext http)
    {
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = Second.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return;
        }
        Gate.Refuse(http, Busy(), app);
    }

    /// <summary>A body that has to come in time, by its own measure and not by that of its connection.</summary>
    private sealed class PatientBody(PipeReader inner, TimeSpan patience) : PipeReader, IRequestBodyPipeFeature
    {
        private readonly long begun = TimeProvider.System.GetTimestamp();
        private ReadOnlySequence<byte> shown;
        private long taken;
        private long came;

        public PipeReader Reader => this;

        /// <summary>Puts it in place of the request's own, for those who read it as a pipe and as a stream.</summary>
        public static void Put(HttpContext http, TimeSpan patience)
        {
            if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
            {
                var body = new PatientBody(http.Request.BodyReader, patience);
                http.Request.Body = body.AsStream();
                http.Features.Set<IRequestBodyPipeFeature>(body);
            }
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result) && Note(result);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (TryRead(out var here))
            {
                return here;
            }
            var left = patience + Second * ((double)came / BodyRate) - TimeProvider.System.GetElapsedTime(begun);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            try
            {
                var result = await inner.ReadAsync(late.Token);
                Note(result);
                return result;
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new Microsoft.AspNetCore.Http.BadHttpRequestException(
                    "The body came too slowly.",
                    StatusCodes.Status408RequestTimeout,
                    e
                );
            }
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            taken += shown.IsEmpty ? 0 : shown.Slice(shown.Start, consumed).Length;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private bool Note(ReadResult result)
        {
            shown = result.Buffer;
            came = taken + shown.Length;
            return true;
        }
    }
}
