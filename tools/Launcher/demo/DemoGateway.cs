using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Mobility.Launcher;

/// <summary>One cancel in the payment gateway's own ledger; the amount in won.</summary>
public sealed record GatewayEntry(
    string PaymentKey,
    string TransactionKey,
    string? IdempotencyKey,
    long CancelAmount,
    string CancelReason,
    DateTimeOffset CanceledAt
);

/// <summary>One act of the operator's back office: a coupon, a ride pass, a ride's end; what it is worth in
/// won.</summary>
public sealed record BackOfficeEntry(string Id, string Kind, string IdempotencyKey, string Subject, long? Value);

/// <summary>The payment gateway simulator as seen from outside: payments are captured there,
/// its ledger is read.</summary>
public sealed class DemoGateway : IDisposable
{
    private const int Tries = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient http;

    public DemoGateway(RunState state, RunFolder run)
    {
        var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes(run.Secret("gateway-secret") + ":"));
        http = new HttpClient { BaseAddress = new Uri(state.GatewayUrl), Timeout = TimeSpan.FromMinutes(1) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", secret);
    }

    /// <summary>Captures a payment, as the rider's card did.</summary>
    /// <param name="paymentKey">The gateway's key; a repeat changes nothing.</param>
    /// <param name="won">Amount.</param>
    /// <param name="method">Name of the way of payment, for the gateway's books.</param>
    /// <param name="token">Cancels.</param>
    public async Task Capture(string paymentKey, long won, string method, CancellationToken token)
    {
        var body = new
        {
            PaymentKey = paymentKey,
            OrderId = $"order-{paymentKey}",
            Amount = won,
            Method = method,
        };
        using var reply = await Ask(() => http.PostAsJsonAsync("/simulator/payments", body, Json, token), token);
    }

    /// <summary>Every cancel that the gateway did, in the order in which it did them.</summary>
    public async Task<IReadOnlyList<GatewayEntry>> Ledger(CancellationToken token)
    {
        using var reply = await Ask(() => http.GetAsync(new Uri("/simulator/ledger", UriKind.Relative), token), token);
        return (await reply.Content.ReadFromJsonAsync<LedgerReply>(Json, token))!.Entries;
    }

    /// <summary>Every act of the operator's back office, in the order in which it did them.</summary>
    public async Task<IReadOnlyList<BackOfficeEntry>> BackOffice(CancellationToken token)
    {
        using var reply = await Ask(
            () => http.GetAsync(new Uri("/back-office/ledger", UriKind.Relative), token),
            token
        );
        return (await reply.Content.ReadFromJsonAsync<BackOfficeReply>(Json, token))!.Entries;
    }

    public void Dispose() => http.Dispose();

    private static async Task<HttpResponseMessage> Ask(Func<Task<HttpResponseMessage>> ask, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await ask();
                return reply.EnsureSuccessStatusCode();
            }
            catch (HttpRequestException e) when (e.StatusCode is null && attempt < Tries)
            {
                // Nobody listens there at the moment.
                await Task.Delay(Pause, TimeProvider.System, token);
            }
        }
    }

    private sealed record BackOfficeReply(IReadOnlyList<BackOfficeEntry> Entries, long Total);

    private sealed record LedgerReply(IReadOnlyList<GatewayEntry> Entries, long Total);
}
