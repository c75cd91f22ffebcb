using System.Globalization;
using System.Net;
using System.Text;
using Mobility.Refunds.V1;
using Mobility.Tests.Refunds;
using Mobility.Tests.Support;
using Mobility.Web.Webhooks;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>What a payment gateway sends, or who pretends to be one: at most the gateway itself is asked.</summary>
public sealed class WebhookTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const string Address = $"/webhooks/toss/{Secret}";

    [Fact]
    public async Task A_webhook_settles_an_unconfirmed_refund_before_its_time()
    {
        await using var house = await RefundsHouse.OpenWithDelegation();
        await using var web = await Open(house);
        var payment = await house.Pay(5_000);
        var refund = await house.AskInVain(payment, 3_000, "timeout_after_success");

        Assert.Equal(HttpStatusCode.OK, await Post(web, Toss(payment.GatewayPaymentKey)));

        await house.Until(refund.Name, RefundState.Settled);
        await UntilStates(web, "TOLD");
    }

    [Fact]
    public async Task Forged_replayed_and_reordered_webhooks_change_nothing()
    {
        await using var house = await RefundsHouse.OpenWithDelegation();
        await using var web = await Open(house);
        var payment = await house.Pay(5_000);
        await house.AskInVain(payment, 3_000, "timeout_before");
        var before = await Books(house);

        // Says that all was paid back, in whatever order and however often.
        string[] forged =
        [
            Toss(payment.GatewayPaymentKey, "CANCELED", 2),
            Toss(payment.GatewayPaymentKey, "DONE", 1),
            Toss(payment.GatewayPaymentKey, "ABORTED", 3),
            Toss("no-such-payment", "CANCELED", 4),
        ];
        var replies = await Task.WhenAll(forged.Concat(forged).Concat(forged).Select(body => Post(web, body)));

        Assert.All(replies, status => Assert.Equal(HttpStatusCode.OK, status));
        await UntilStates(web, "TOLD", "TOLD", "TOLD", "TOLD");
        await new Mobility.Refunds.SettleRefunds().Run(house.Service.Job());
        Assert.Equal(before, await Books(house));
    }

    [Fact]
    public async Task Who_knows_no_secret_finds_nothing()
    {
        await using var web = await Open();
        await using var without = await WebHouse.Start();
        using var visitor = web.Visit();
        using var elsewhere = without.Visit();
        var nothing = await Send(visitor, "/webhooks/of/nobody", "{}");
        Assert.Equal(HttpStatusCode.NotFound, nothing.Status);
        string[] wrong =
        [
            $"/webhooks/toss/{Secret}x",
            $"/webhooks/toss/{Secret[..^1]}",
            $"/webhooks/toss/{Secret.ToUpperInvariant()}",
            $"/webhooks/stripe/{Secret}",
            $"/webhooks/TOSS/{Secret}",
            "/webhooks/toss/",
            "/webhooks",
        ];
        foreach (var address in wrong)
        {
            var page = await Send(visitor, address, "{}");
            Assert.Equal((HttpStatusCode.NotFound, nothing.Text), (page.Status, page.Text));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await Send(elsewhere, Address, "{}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get(Address)).Status);
        Assert.Empty(await States(web));
    }

    [Fact]
    public async Task What_is_no_webhook_of_a_payment_is_kept_and_ignored()
    {
        await using var web = await Open();
        string[] bodies =
        [
            "",
            "{",
            "[]",
            "7",
            """{"data":null}""",
            """{"data":{"paymentKey":7}}""",
            """{"data":{"paymentKey":"\ud800"}}""",
            """{"data":["paymentKey"]}""",
            new string('[', 5_000),
            "\0\u0001",
        ];
        foreach (var body in bodies)
        {
            Assert.Equal(HttpStatusCode.OK, await Post(web, body));
        }
        Assert.Equal(HttpStatusCode.OK, await Post(web, new ByteArrayContent([0xFF, 0xFE, 0x80])));

        await UntilStates(web, [.. bodies.Append("").Select(_ => "IGNORED")]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_huge_one_is_turned_away(bool saysItsLength)
    {
        await using var web = await Open();
        var bytes = new byte[WebhookRoute.BodyBytes + 1];
        HttpContent content = saysItsLength ? new ByteArrayContent(bytes) : new StreamContent(new Unsized(bytes));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Post(web, content));
        Assert.Equal(HttpStatusCode.OK, await Post(web, new ByteArrayContent(bytes[1..])));

        await UntilStates(web, "IGNORED");
    }

    [Fact]
    public async Task A_flood_ends_at_a_bound_and_what_was_taken_waits_for_refunds()
    {
        await using var web = await Open();
        using var http = new HttpClient { BaseAddress = web.Service.Http };
        var replies = new List<HttpStatusCode>();
        while (!replies.Contains(HttpStatusCode.ServiceUnavailable))
        {
            replies.Add(await Flood(replies.Count));
        }
        Assert.Equal(WebhookTable.WaitingMax, replies.Count(status => status == HttpStatusCode.OK));
        // The bucket fills by the machine's clock: many at once are quicker than it on any machine.
        while (!replies.Contains(HttpStatusCode.TooManyRequests) && replies.Count < 40 * WebhookRoute.Burst)
        {
            replies.AddRange(await Task.WhenAll(Enumerable.Range(replies.Count, 64).Select(Flood)));
        }

        Assert.Equal(WebhookTable.WaitingMax, replies.Count(status => status == HttpStatusCode.OK));
        Assert.Contains(HttpStatusCode.TooManyRequests, replies);
        // Refunds is away: none is lost, each is tried again later.
        Assert.Equal(
            [WebhookTable.WaitingMax],
            await web.Service.Rows<int>("""SELECT count(*)::int FROM webhooks WHERE state = 'WAITING'""")
        );

        async Task<HttpStatusCode> Flood(int n)
        {
            using var content = new StringContent(Toss("pay-123456", "DONE", n));
            using var reply = await http.PostAsync(new Uri(Address, UriKind.Relative), content);
            Assert.Equal(reply.StatusCode == HttpStatusCode.OK, reply.Headers.RetryAfter is null);
            return reply.StatusCode;
        }
    }

    [Fact]
    public async Task Old_ones_are_deleted()
    {
        await using var web = await Open();
        await Post(web, "first");
        await UntilStates(web, "IGNORED");
        web.Clock.Advance(TimeSpan.FromDays(30));
        await TellOfWebhooks.RemoveOld(web.Service.Job());
        Assert.Single(await States(web));

        web.Clock.Advance(TimeSpan.FromSeconds(1));
        await TellOfWebhooks.RemoveOld(web.Service.Job());

        Assert.Empty(await States(web));
    }

    [Theory]
    [InlineData("toss=short")]
    [InlineData("toss")]
    [InlineData($"stripe={Secret}")]
    [InlineData($"toss={Secret}/x")]
    [InlineData($"toss={Secret},toss={Secret}")]
    public async Task A_setting_that_is_no_list_of_secrets_is_refused_at_start(string setting)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            WebHouse.Start(own: (WebhookSecrets.Setting, setting))
        );
        Assert.Contains(WebhookSecrets.Setting, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.Message, StringComparison.Ordinal);
    }

    private static Task<WebHouse> Open(RefundsHouse? house = null) =>
        WebHouse.Start(
            refunds: house is null ? WebHouse.Down : WebHouse.UrlOf(house.Service),
            clock: house?.Service.Clock,
            own: (WebhookSecrets.Setting, $"toss={Secret}")
        );

    private static string Toss(string paymentKey, string status = "CANCELED", int n = 1) =>
        $$"""
            {"eventType":"PAYMENT_STATUS_CHANGED","createdAt":"2026-03-02T00:00:{{n}}",
            "data":{"paymentKey":"{{paymentKey}}","status":"{{status}}","balanceAmount":0} }
            """;

    private static Task<HttpStatusCode> Post(WebHouse web, string body) =>
        Post(web, new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<HttpStatusCode> Post(WebHouse web, HttpContent content)
    {
        using var http = new HttpClient { BaseAddress = web.Service.Http };
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = content };
        // A body that is too large is refused before it is sent, not while.
        request.Headers.ExpectContinue = true;
        using var reply = await http.SendAsync(request);
        return reply.StatusCode;
    }

    private static async Task<Page> Send(Visitor visitor, string address, string body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new StringContent(body, Encoding.UTF8, type);
        return await visitor.Send(request);
    }

    private static Task<IReadOnlyList<string>> States(WebHouse web) =>
        web.Service.Rows<string>("""SELECT state FROM webhooks ORDER BY receive_time""");

    private static Task UntilStates(WebHouse web, params string[] states) =>
        Poll.Until(
            async () => (await States(web)).SequenceEqual(states),
            what: string.Create(CultureInfo.InvariantCulture, $"{states.Length} webhooks are {states[0]}")
        );

    /// <summary>All that the house says of its refunds and payments, but for the hints.</summary>
    private static async Task<string> Books(RefundsHouse house) =>
        string.Join(
            '\n',
            await house.Rows<string>(
                """
                SELECT (to_jsonb(refund) - 'reread_time' - 'last_reread_time')::text FROM refund
                UNION ALL SELECT to_jsonb(payment)::text FROM payment
                UNION ALL SELECT to_jsonb(ledger_entry)::text FROM ledger_entry
                """
            )
        );

    /// <summary>A stream that does not say how long it is.</summary>
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
