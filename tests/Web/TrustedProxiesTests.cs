using System.Net;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Whose address counts behind a proxy: only what a trusted one says.</summary>
public sealed class TrustedProxiesTests
{
    private const string Report = "/p/gangneung-kick";

    [Fact]
    public async Task Without_the_setting_nobody_chooses_an_address_by_a_header()
    {
        Assert.Single((await SendersOf(trusted: null, "203.0.113.5", "203.0.113.6")).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_peer_of_another_network_is_not_believed()
    {
        var senders = await SendersOf("10.0.0.0/8,192.0.2.7", "203.0.113.5", "203.0.113.6");
        Assert.Single(senders.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_trusted_proxy_tells_visitors_apart()
    {
        var senders = await SendersOf("127.0.0.0/8, ::1", "203.0.113.5", "203.0.113.6", "203.0.113.5");
        Assert.Equal(2, senders.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(senders[0], senders[2]);
    }

    [Fact]
    public async Task What_a_visitor_claims_before_the_proxy_is_not_believed()
    {
        // The proxy adds whom it saw at the end; what stands before it came with the request.
        var senders = await SendersOf("127.0.0.0/8", "203.0.113.5", "198.51.100.1, 203.0.113.5");
        Assert.Single(senders.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Cookies_are_secure_when_a_trusted_proxy_says_that_the_way_was_encrypted()
    {
        Assert.Contains("; secure", await LanguageCookie("127.0.0.0/8"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("; secure", await LanguageCookie("10.0.0.0/8"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Visitors_behind_a_trusted_proxy_have_a_limit_each()
    {
        await using var house = await Start("127.0.0.0/8");
        using var visitor = house.Visit();
        Page? page = null;
        for (var n = 0; n <= PostLimit.Burst + PostLimit.Refill && page?.Status != HttpStatusCode.TooManyRequests; n++)
        {
            page = await Post(visitor, "203.0.113.5");
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, page!.Status);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await Post(visitor, "203.0.113.6")).Status);
    }

    [Theory]
    [InlineData("everybody")]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/8;::1")]
    public async Task What_is_no_network_or_everybodys_stops_the_start(string setting)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Start(setting));
        Assert.StartsWith(TrustedProxies.Setting, error.Message, StringComparison.Ordinal);
    }

    private static Task<WebHouse> Start(string? trusted, string parking = WebHouse.Down) =>
        WebHouse.Start(parking: parking, own: trusted is null ? [] : [(TrustedProxies.Setting, trusted)]);

    /// <summary>The opaque names by which Parking knows who sent complaints with these headers.</summary>
    private static async Task<List<string>> SendersOf(string? trusted, params string[] forwardedFor)
    {
        await using var parking = await FakeParking.Start();
        await using var house = await Start(trusted, parking.Url);
        using var visitor = house.Visit();
        foreach (var value in forwardedFor)
        {
            var form = (await visitor.Get(Report)).Form(Report + "/send");
            using var content = new FormUrlEncodedContent(
                form.Hidden.Append(("place", "37.7645, 128.8996"))
                    .Append(("category", "storefront"))
                    .Select(f => KeyValuePair.Create(f.Item1, f.Item2))
            );
            using var request = new HttpRequestMessage(HttpMethod.Post, form.Action) { Content = content };
            request.Headers.Add("X-Forwarded-For", value);
            Assert.Equal(HttpStatusCode.SeeOther, (await visitor.Send(request)).Status);
        }
        return [.. parking.Created.Select(c => c.Sender)];
    }

    private static async Task<string> LanguageCookie(string trusted)
    {
        await using var house = await Start(trusted);
        using var visitor = house.Visit();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/?lang=en");
        request.Headers.Add("X-Forwarded-For", "203.0.113.5");
        request.Headers.Add("X-Forwarded-Proto", "https");
        var page = await visitor.Send(request);
        return page
            .Reply.Headers.GetValues("Set-Cookie")
            .First(c => c.StartsWith("mobility-lang", StringComparison.Ordinal));
    }

    private static async Task<Page> Post(Visitor visitor, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/t");
        request.Headers.Add("X-Forwarded-For", address);
        return await visitor.Send(request);
    }
}
