using System.Net;
using System.Text.RegularExpressions;
using Mobility.Tests.Support;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>What holds for every page.</summary>
public sealed class FoundationTests(OneService<WebApp> one) : IClassFixture<OneService<WebApp>>
{
    [Fact]
    public async Task The_start_page_is_korean_first_and_english_when_the_browser_or_the_reader_says_so()
    {
        await using var house = await WebHouse.Start();
        using var nobody = house.Visit("fr");
        Assert.Contains("무엇을 도와드릴까요?", (await nobody.Get("/")).Text, StringComparison.Ordinal);
        using var english = house.Visit("en-GB,ko;q=0.5");
        Assert.Contains("How can we help?", (await english.Get("/")).Text, StringComparison.Ordinal);
        Assert.Contains("lang=\"ko\"", (await english.Get("/?lang=ko")).Html, StringComparison.Ordinal);
        // Remembered, against the browser's own wish.
        Assert.Contains("무엇을 도와드릴까요?", (await english.Get("/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_reply_forbids_what_is_not_ours_and_pages_are_not_kept()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        foreach (var path in new[] { "/", "/nothing-here", "/static/site.css" })
        {
            var page = await visitor.Get(path);
            var policy = Assert.Single(page.Reply.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(page.Reply.Headers.GetValues("X-Content-Type-Options")));
        }
        Assert.Equal("no-store", (await visitor.Get("/")).Reply.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_path_with_nothing_at_it_is_a_page_with_a_sentence()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        var page = await visitor.Get("/nothing-here");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("찾으시는 페이지가 없습니다.", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assets_come_under_an_address_that_changes_with_their_bytes()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        var home = await visitor.Get("/");
        var links = Regex
            .Matches(home.Html, "\"(?<link>/static/[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(m => m.Groups["link"].Value)
            .ToList();
        Assert.True(links.Count >= 4, "The page names its icon, style and scripts.");
        foreach (var link in links)
        {
            var asset = await visitor.Get(link);
            Assert.Equal(HttpStatusCode.OK, asset.Status);
            Assert.Contains("immutable", asset.Reply.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get("/static/secrets.json")).Status);
    }

    [Fact]
    public async Task A_post_without_the_token_of_a_page_is_refused()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        using var form = new FormUrlEncodedContent([new("request_id", RequestIds.New())]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/t") { Content = form };
        var page = await visitor.Send(request);
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.Contains("화면이 오래되어", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task No_content_type_gets_a_post_around_the_token(string type)
    {
        await using var house = await WebHouse.Start(one);
        using var visitor = house.Visit();
        foreach (var path in new[] { "/t/close", "/session/end" })
        {
            using var content = new StringContent("");
            content.Headers.ContentType = new(type);
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await visitor.Send(request)).Status));
        }
    }

    [Fact]
    public async Task An_address_that_posts_without_end_is_told_when_to_come_back()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        Page? page = null;
        for (var n = 0; n <= PostLimit.Burst + PostLimit.Refill && page?.Status != HttpStatusCode.TooManyRequests; n++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/t");
            page = await visitor.Send(request);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, page!.Status);
        Assert.NotNull(page.Reply.Headers.RetryAfter);
        Assert.Contains("너무 많이", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_told_as_before()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        Assert.Equal("alive", (await visitor.Get("/healthz")).Html);
    }
}
