using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Mobility.Web;
using Mobility.Web.SignIn;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Signing in with a token, staying so, and signing out.</summary>
public sealed class SessionsTests
{
    private const string Agent = "people/019a0000-0000-7000-8000-0000000000a1";
    private const string Rider = $"clients/{TestIssuer.Client}/riders/019a0000-0000-7000-8000-0000000000b1";

    [Fact]
    public async Task A_token_in_a_form_of_another_site_signs_in_with_a_cookie_that_no_script_reads()
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");

        var page = await Take(visitor, TestIssuer.Token(Role.Agent, Agent, web.Clock.GetUtcNow()));

        Assert.Equal((HttpStatusCode.SeeOther, "/desk"), (page.Status, page.Location));
        var cookie = CookieOf(page);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await visitor.Get("/desk")).Status);
    }

    [Fact]
    public async Task A_rider_is_led_to_the_riders_page_and_sees_no_desk()
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");

        var page = await Take(visitor, TestIssuer.Token(Role.Rider, Rider, web.Clock.GetUtcNow()));

        Assert.Equal($"/r/{TestIssuer.Client}", page.Location);
        Assert.Equal("/sign-in", (await visitor.Get("/desk")).Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not-a-token")]
    public async Task What_is_no_token_signs_nobody_in(string token)
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");

        var page = await Take(visitor, token);

        Assert.Equal(HttpStatusCode.Unauthorized, page.Status);
        Assert.Equal("/sign-in", (await visitor.Get("/desk")).Location);
    }

    [Fact]
    public async Task Foreign_expired_and_pageless_tokens_sign_nobody_in()
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");
        var now = web.Clock.GetUtcNow();
        string[] refused =
        [
            TestIssuer.Token(Role.Agent, Agent, now, foreignKey: true),
            TestIssuer.Token(Role.Agent, Agent, now, age: TimeSpan.FromHours(1)),
            TestIssuer.Token(Role.Operator, "systems/fleet", now),
            TestIssuer.Token(Role.Agent, Agent, now, client: "unheard-of"),
        ];
        foreach (var token in refused)
        {
            var page = await Take(visitor, token);
            Assert.True(page.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{page.Status}");
        }
        Assert.Empty(await web.Rows<string>("""SELECT subject FROM sessions WHERE client_id <> ''"""));
    }

    [Fact]
    public async Task The_database_holds_neither_the_cookie_nor_the_token()
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");
        var token = TestIssuer.Token(Role.Agent, Agent, web.Clock.GetUtcNow());

        var cookie = CookieOf(await Take(visitor, token));

        var secret = cookie.Split(';')[0].Split('.')[1];
        var row = Assert.Single(await web.Rows<string>("""SELECT s::text FROM sessions s WHERE client_id <> ''"""));
        Assert.DoesNotContain(secret, row, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[2], row, StringComparison.Ordinal);
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(secret));
        Assert.Contains(Convert.ToHexStringLower(hash), row, StringComparison.Ordinal);
        Assert.DoesNotContain(web.LogLines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_ends_with_its_token_and_is_removed()
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");
        var token = TestIssuer.Token(Role.Agent, Agent, web.Clock.GetUtcNow(), life: TimeSpan.FromMinutes(10));
        await Take(visitor, token);

        web.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("/sign-in", (await visitor.Get("/desk")).Location);
        await Sessions.RemoveOver(web.Job());
        Assert.Empty(await web.Rows<string>("""SELECT subject FROM sessions WHERE client_id <> ''"""));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_who_kept_the_cookie_too()
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");
        using var thief = new Visitor(web.Http, "ko");
        var taken = await Take(visitor, TestIssuer.Token(Role.Agent, Agent, web.Clock.GetUtcNow()));
        thief.Cookies.Add(web.Http, new Cookie(Sessions.Cookie, CookieOf(taken).Split(';')[0].Split('=')[1]));
        Assert.Equal(HttpStatusCode.OK, (await thief.Get("/desk")).Status);

        await visitor.Submit(await visitor.Get("/desk"), "/session/end");

        Assert.Equal("/sign-in", (await visitor.Get("/desk")).Location);
        Assert.Equal("/sign-in", (await thief.Get("/desk")).Location);
    }

    [Fact]
    public async Task A_cookie_of_another_client_or_a_guessed_one_is_nobodys()
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");
        var taken = await Take(visitor, TestIssuer.Token(Role.Agent, Agent, web.Clock.GetUtcNow()));
        var secret = CookieOf(taken).Split(';')[0].Split('.')[1];
        foreach (var value in new[] { $"{TestIssuer.OtherClient}.{secret}", $"{TestIssuer.Client}.x", "x", "..", "" })
        {
            using var other = new Visitor(web.Http, "ko");
            using var request = new HttpRequestMessage(HttpMethod.Get, "/desk");
            request.Headers.Add("Cookie", $"{Sessions.Cookie}={value}");
            Assert.Equal("/sign-in", (await other.Send(request)).Location);
        }
    }

    [Fact]
    public async Task In_development_people_are_listed_and_their_tokens_made_anew_when_the_clock_jumps()
    {
        await using var web = await Start(development: true);
        using var visitor = new Visitor(web.Http, "ko");
        var page = await visitor.Get("/dev/sign-in");
        Assert.Contains("상담원 하나", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("운영 시스템", page.Text, StringComparison.Ordinal);

        var taken = await visitor.Submit(page, "/dev/sign-in");
        Assert.Equal("/desk", taken.Location);
        web.Clock.Advance(TimeSpan.FromDays(2));

        var desk = await visitor.Get("/desk");
        Assert.Contains("상담원 하나", desk.Text, StringComparison.Ordinal);
        var until = Assert.Single(
            await web.Rows<DateTimeOffset>("""SELECT token_expire_time FROM sessions WHERE client_id <> ''""")
        );
        Assert.Equal(web.Clock.GetUtcNow() + Issuers.LifetimeMax, until);
    }

    [Fact]
    public async Task Without_the_development_settings_nobody_is_listed()
    {
        await using var web = await Start();
        using var visitor = new Visitor(web.Http, "ko");

        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get("/dev/sign-in")).Status);
        Assert.DoesNotContain("/dev/", (await visitor.Get("/sign-in")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_development_sign_in_is_shown_to_nobody_whom_a_proxy_passes_on()
    {
        await using var web = await Start(development: true);
        using var visitor = new Visitor(web.Http, "ko");
        foreach (var header in new[] { "X-Forwarded-For", "Forwarded" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/dev/sign-in");
            request.Headers.TryAddWithoutValidation(header, "203.0.113.5");
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.Send(request)).Status);
        }
    }

    private static async Task<TestService> Start(bool development = false)
    {
        var app = new WebApp();
        var own = TestService.OwnOf(app).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        if (development)
        {
            own[DevelopmentPeople.KeySetting] = TestIssuer.KeyPem;
            own[DevelopmentPeople.PeopleSetting] = WritePeople();
        }
        return await TestService.Start(app, own);
    }

    private static string WritePeople()
    {
        var file = Path.Combine(TestFolder.New("people"), "people.json");
        string[] clients = [TestIssuer.Client];
        var people = new object[]
        {
            new
            {
                key = "agent-1",
                alias = "상담원 하나",
                role = "agent",
                subject = Agent,
                vendor = "vendors/haenam-contact",
                clients,
            },
            new
            {
                key = "operator",
                alias = "운영 시스템",
                role = "operator",
                subject = "systems/fleet",
                clients,
            },
        };
        File.WriteAllText(file, JsonSerializer.Serialize(people));
        return file;
    }

    private static async Task<Page> Take(Visitor visitor, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/session")
        {
            Content = new FormUrlEncodedContent([new("token", token)]),
        };
        request.Headers.Add("Origin", "https://sign-on.example");
        return await visitor.Send(request);
    }

    private static string CookieOf(Page page) =>
        Assert.Single(
            page.Reply.Headers.GetValues("Set-Cookie"),
            c => c.StartsWith($"{Sessions.Cookie}=", StringComparison.Ordinal)
        );
}
