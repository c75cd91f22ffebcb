using System.Net.Http.Headers;
using System.Text;

namespace Mobility.Refunds;

/// <summary>
/// The client of Toss Payments' cancel and query API; one instance for the process. Nothing that a network can do makes
/// it throw: what is not known is told as Unconfirmed. Only the caller's own token ends a call with an exception.
/// </summary>
public sealed class TossGateway : IDisposable
{
    /// <summary>A card answers within three seconds; after ten, a query tells more than waiting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A payment with a thousand cancels is far smaller.</summary>
    private const int LongestReply = 1024 * 1024;

    private readonly HttpClient http;
    private readonly TimeProvider clock;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="gateway">Base address without a path, such as https://api.tosspayments.com.</param>
    /// <param name="secret">The secret key, without the colon.</param>
    /// <param name="clock">Times <see cref="Patience"/>.</param>
    public TossGateway(Uri gateway, string secret, TimeProvider clock)
    {
        this.clock = clock;
        // A redirect would carry a cancel to where nobody meant it to go.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        http = new HttpClient(handler) { BaseAddress = gateway, Timeout = Timeout.InfiniteTimeSpan };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret + ":"));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
    }

    /// <summary>
    /// Sends the cancel once. A refusal for good is passed on only after the gateway's own list showed no cancel of
    /// this refund: it may refuse now because it did the cancel before.
    /// </summary>
    public async Task<CancelOutcome> Cancel(CancelOrder order, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path(order.PaymentKey) + "/cancel");
        request.Headers.Add("Idempotency-Key", order.IdempotencyKey);
        request.Content = new StringContent(order.Body(), Encoding.UTF8, "application/json");

        var reply = await Send(request, token);
        if (reply.Failure is { } failure)
        {
            return new CancelOutcome.Unconfirmed(failure);
        }
        var outcome = TossReply.Classify(order, reply.Status, reply.Body);
        return outcome is CancelOutcome.RefusedForGood refused ? await LookUp(order, refused, token) : outcome;
    }

    /// <summary>The gateway's record of a payment; null when it gave no answer that proves anything.</summary>
    public async Task<PaymentAtGateway?> Query(string paymentKey, CancellationToken token) =>
        (await Ask(paymentKey, token)).Payment;

    public void Dispose() => http.Dispose();

    private static string Path(string paymentKey) => $"/v1/payments/{Uri.EscapeDataString(paymentKey)}";

    private async Task<CancelOutcome> LookUp(
        CancelOrder order,
        CancelOutcome.RefusedForGood refused,
        CancellationToken token
    )
    {
        var (payment, code) = await Ask(order.PaymentKey, token);
        if (payment is not null)
        {
            return payment.OutcomeOf(order) ?? refused;
        }
        return code == TossReply.UnknownPayment ? refused : new CancelOutcome.Unconfirmed(refused.Code);
    }

    private async Task<(PaymentAtGateway? Payment, string? Code)> Ask(string paymentKey, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path(paymentKey));
        var reply = await Send(request, token);
        if (reply.Failure is not null || TossReply.Read(reply.Body) is not { } json)
        {
            return (null, reply.Failure);
        }
        return TossReply.Code(json) is { } code ? (null, code)
            : reply.Status == 200 ? (PaymentAtGateway.Parse(paymentKey, json), null)
            : (null, null);
    }

    private async Task<(int Status, string Body, string? Failure)> Send(
        HttpRequestMessage request,
        CancellationToken token
    )
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
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
