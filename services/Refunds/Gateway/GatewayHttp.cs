using System.Net.Http.Headers;
using System.Text;
using Mobility.Platform;

namespace Mobility.Refunds;

/// <summary>HTTP to the payment gateway or the back office; nothing that a network can do makes it throw.</summary>
public sealed class GatewayHttp : IDisposable
{
    /// <summary>A card answers within three seconds; after ten, a query tells more than waiting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A payment with a thousand cancels is far smaller.</summary>
    private const int LongestReply = 1024 * 1024;

    private readonly HttpClient http;
    private readonly TimeProvider clock;
    private readonly CircuitBreaker? circuit;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="address">Base address without a path.</param>
    /// <param name="secret">The secret key, without the colon.</param>
    /// <param name="clock">Times the patience.</param>
    /// <param name="circuit">Is told what becomes of each call; null where nobody asks it.</param>
    public GatewayHttp(Uri address, string secret, TimeProvider clock, CircuitBreaker? circuit = null)
    {
        (this.clock, this.circuit) = (clock, circuit);
        // A redirect would carry an order to where nobody meant it to go.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret + ":"));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
    }

    public void Dispose() => http.Dispose();

    /// <summary>The reply, or why there is none.</summary>
    public async Task<(int Status, string Body, string? Failure)> Send(
        HttpRequestMessage request,
        CancellationToken token
    )
    {
        var reply = await Sent(request, token);
        circuit?.Tell(answered: reply is { Failure: null, Status: < 500 });
        return reply;
    }

    private async Task<(int Status, string Body, string? Failure)> Sent(
        HttpRequestMessage request,
        CancellationToken token
    )
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (request.Method == HttpMethod.Post)
            {
                // The order is done over there and its answer is unread here.
                KillPoint.Reach("settle.after-send");
            }
            await response.Content.LoadIntoBufferAsync(LongestReply, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return ((int)response.StatusCode, Encoding.UTF8.GetString(body), null);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return (0, "", "TIMEOUT");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return (0, "", "NO_CONNECTION");
        }
    }
}
