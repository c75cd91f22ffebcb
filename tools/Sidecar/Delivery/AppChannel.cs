using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Options;

namespace Mobility.Sidecar.Delivery;

/// <summary>HTTP/1.1 to the application of one app id.</summary>
public sealed class AppChannel : IDisposable
{
    private const int LongestAnswer = 64 * 1024;

    // Set by the sidecar or by HTTP itself: metadata of a publisher must not take their place.
    private static readonly HashSet<string> OwnHeaders = new(
        [
            "content-type",
            "content-length",
            "host",
            "connection",
            "transfer-encoding",
            "dapr-api-token",
            "traceparent",
            "tracestate",
            "pubsubname",
            "expect",
            "upgrade",
            "te",
            "trailer",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    private readonly HttpClient _client;
    private readonly SemaphoreSlim? _slots;
    private readonly string? _appToken;
    private readonly TimeProvider _clock;
    private readonly string _address;
    private readonly int _port;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="options">Must name an application port.</param>
    /// <param name="appToken">APP_API_TOKEN, or null.</param>
    public AppChannel(AppOptions options, string? appToken, TimeProvider clock)
    {
        _appToken = appToken;
        _clock = clock;
        _address = options.AppChannelAddress;
        _port = options.AppPort!.Value;
        _slots = options.AppMaxConcurrency > 0 ? new SemaphoreSlim(options.AppMaxConcurrency) : null;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            // The header carries the event's own trace, never one of this process.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            // Metadata of a publisher may hold any text, and as bytes it reaches the application like from daprd.
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        _client = new HttpClient(handler)
        {
            BaseAddress = new UriBuilder("http", _address, _port).Uri,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    /// <summary>Posts the message to a route and reads the verdict; never throws for what the application
    /// does.</summary>
    /// <param name="timeout">From the resiliency policy, or null.</param>
    public async Task<Verdict> Deliver(
        string pubsub,
        string path,
        Message message,
        TimeSpan? timeout,
        CancellationToken abort
    )
    {
        using var patience = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, abort);
        bool entered = false;
        try
        {
            if (_slots is not null)
            {
                await _slots.WaitAsync(either.Token);
                entered = true;
            }
            using HttpRequestMessage request = Request(pubsub, path, message);
            using HttpResponseMessage response = await _client.SendAsync(request, either.Token);
            return Verdict.Of((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (OperationCanceledException)
        {
            return Verdict.Broken(abort.IsCancellationRequested ? "cut off at shutdown" : "no answer in time");
        }
        catch (HttpRequestException error)
        {
            return Verdict.Broken($"no answer ({error.HttpRequestError})");
        }
        finally
        {
            if (entered)
                _slots!.Release();
        }
    }

    /// <summary>True when the health path answers 2xx in time.</summary>
    public async Task<bool> Probe(HealthCheckOptions check, CancellationToken token)
    {
        using var patience = new CancellationTokenSource(check.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, check.Path);
            AddToken(request);
            using HttpResponseMessage response = await _client.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            token.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>True when the application's port accepts a connection.</summary>
    public async Task<bool> Accepts(CancellationToken token)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(_address, _port, token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _slots?.Dispose();
    }

    private HttpRequestMessage Request(string pubsub, string path, Message message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(Envelope.ContentType);
        foreach ((string name, string value) in message.Metadata)
        {
            if (!OwnHeaders.Contains(name))
                request.Headers.TryAddWithoutValidation(name, value);
        }
        request.Headers.TryAddWithoutValidation("pubsubname", pubsub);
        request.Headers.TryAddWithoutValidation("traceparent", message.TraceParent);
        if (message.TraceState.Length > 0)
            request.Headers.TryAddWithoutValidation("tracestate", message.TraceState);
        AddToken(request);
        return request;
    }

    private void AddToken(HttpRequestMessage request)
    {
        if (_appToken is not null)
            request.Headers.TryAddWithoutValidation("dapr-api-token", _appToken);
    }
}
