using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mobility.Tests.Support;

namespace Mobility.Tests.Refunds;

/// <summary>A reply of the simulator: status, text and parsed body.</summary>
public sealed record GatewayReply(int Status, string Text)
{
    public JsonElement Body { get; } = JsonDocument.Parse(Text).RootElement;

    public string Code => Body.TryGetProperty("code", out var code) ? code.GetString()! : "";

    public string Message => Body.GetProperty("message").GetString()!;

    public long Balance => Body.GetProperty("balanceAmount").GetInt64();
}

/// <summary>Speaks raw JSON to the simulator, so that the tests hold the wire format.</summary>
public sealed class GatewayClient : IDisposable
{
    private readonly HttpClient http;

    public GatewayClient(Uri url, string user = GatewayProcess.Secret + ":")
    {
        http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(user))
        );
    }

    public Uri Url => http.BaseAddress!;

    public Task<GatewayReply> Capture(string paymentKey, long amount = 10_000) =>
        Post(
            "/simulator/payments",
            $$"""{"paymentKey":"{{paymentKey}}","orderId":"order-{{paymentKey}}","amount":{{amount}},"method":"카드"}"""
        );

    public Task<GatewayReply> Cancel(
        string paymentKey,
        string body,
        string? key = null,
        CancellationToken token = default
    ) => Post($"/v1/payments/{paymentKey}/cancel", body, key, token);

    public Task<GatewayReply> Cancel(string paymentKey, long amount, string? key = null) =>
        Cancel(paymentKey, $$"""{"cancelReason":"unlock failed","cancelAmount":{{amount}}}""", key);

    public Task<GatewayReply> Fault(string kind, string? paymentKey = null, int times = 1, string? code = null) =>
        Post(
            "/simulator/faults",
            JsonSerializer.Serialize(
                new
                {
                    paymentKey,
                    kind,
                    times,
                    code,
                }
            )
        );

    /// <summary>A person cancels in the merchant's own console.</summary>
    public Task<GatewayReply> ConsoleCancel(string paymentKey, long amount) =>
        Post(
            "/simulator/console-cancels",
            $$"""{"paymentKey":"{{paymentKey}}","amount":{{amount}},"reason":"고객 요청"}"""
        );

    /// <summary>The payment's last cancel that stands comes to nothing.</summary>
    public Task<GatewayReply> Return(string paymentKey) =>
        Post("/simulator/late-failures", $$"""{"paymentKey":"{{paymentKey}}"}""");

    /// <summary>The payment's cancel that is under way is done.</summary>
    public Task<GatewayReply> Complete(string paymentKey) =>
        Post("/simulator/completions", $$"""{"paymentKey":"{{paymentKey}}"}""");

    public Task<GatewayReply> Query(string paymentKey) => Get($"/v1/payments/{paymentKey}");

    /// <summary>What was cancelled of the payment, or of all.</summary>
    public async Task<(string Key, long Amount)[]> Ledger(string? paymentKey = null)
    {
        var reply = await Get("/simulator/ledger");
        var entries = reply
            .Body.GetProperty("entries")
            .EnumerateArray()
            .Where(entry => paymentKey is null || Text(entry, "paymentKey") == paymentKey);
        return [.. entries.Select(e => (Text(e, "idempotencyKey"), e.GetProperty("cancelAmount").GetInt64()))];
    }

    public async Task<GatewayReply> Get(string path)
    {
        using var response = await http.GetAsync(path);
        return new GatewayReply((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<GatewayReply> Post(
        string path,
        string body,
        string? key = null,
        CancellationToken token = default
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }
        using var response = await http.SendAsync(request, token);
        return new GatewayReply((int)response.StatusCode, await response.Content.ReadAsStringAsync(token));
    }

    public Task UntilHolding(int count) =>
        Until(async () => (await Get("/simulator/faults")).Body.GetProperty("holding").GetInt32() == count);

    public Task UntilLedgerHas(int count) => Until(async () => (await Ledger()).Length == count);

    /// <summary>Returns when the payment was cancelled, in whole or in part.</summary>
    public Task UntilLedgerHas(string paymentKey) =>
        Until(async () =>
        {
            var entries = (await Get("/simulator/ledger")).Body.GetProperty("entries").EnumerateArray();
            return entries.Any(e => Text(e, "paymentKey") == paymentKey);
        });

    /// <summary>Returns when so many times of planned faults are left.</summary>
    public Task UntilPlanned(int times) =>
        Until(async () =>
        {
            var planned = (await Get("/simulator/faults")).Body.GetProperty("planned").EnumerateArray();
            return planned.Sum(p => p.GetProperty("times").GetInt32()) == times;
        });

    /// <summary>Returns when no fault of the payment is left.</summary>
    public Task UntilMet(string paymentKey) => Until(() => IsMet(paymentKey));

    /// <summary>No fault of the payment is left.</summary>
    public async Task<bool> IsMet(string paymentKey) => await Planned(paymentKey) == 0;

    /// <summary>How many faults of the payment are left.</summary>
    public async Task<int> Planned(string paymentKey)
    {
        var planned = (await Get("/simulator/faults")).Body.GetProperty("planned").EnumerateArray();
        return planned
            .Where(p => p.GetProperty("paymentKey").GetString() == paymentKey)
            .Sum(p => p.GetProperty("times").GetInt32());
    }

    /// <summary>The simulator gives no signal, so it is asked until it is so.</summary>
    private static async Task Until(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(Poll.Patience);
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
        }
    }

    public void Dispose() => http.Dispose();

    private static string Text(JsonElement entry, string field) => entry.GetProperty(field).GetString() ?? "";
}
