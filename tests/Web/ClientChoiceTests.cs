using System.Net;
using System.Text.Json;
using Mobility.Tests.Support;
using Mobility.Web;
using Mobility.Web.SignIn;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Somebody who works for two clients chooses for which one now.</summary>
public sealed class ClientChoiceTests
{
    private const string Choice = "/session/client";

    [Fact]
    public async Task Who_works_for_two_clients_changes_between_them_and_the_choice_stays()
    {
        await using var web = await Start(TestIssuer.Client, TestIssuer.OtherClient);
        using var visitor = await SignedIn(web);
        var desk = await visitor.Get("/desk");
        Assert.StartsWith(TestIssuer.Client, CookieOf(web, visitor), StringComparison.Ordinal);

        var chosen = await visitor.Submit(desk, Choice, ("client", TestIssuer.OtherClient));

        Assert.Equal("/desk", chosen.Location);
        Assert.StartsWith(TestIssuer.OtherClient, CookieOf(web, visitor), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.Get("/desk")).Status);
        var rows = await web.Rows<string>("""SELECT client_id FROM sessions WHERE client_id <> ''""");
        Assert.Equal([TestIssuer.OtherClient], rows);
        // And back, also when the token was made anew in between.
        web.Clock.Advance(TimeSpan.FromHours(1));
        await visitor.Submit(await visitor.Get("/desk"), Choice, ("client", TestIssuer.Client));
        Assert.Equal(HttpStatusCode.OK, (await visitor.Get("/desk")).Status);
    }

    [Fact]
    public async Task A_client_that_the_token_does_not_name_cannot_be_chosen()
    {
        await using var web = await Start(TestIssuer.Client);
        using var visitor = await SignedIn(web);
        var desk = await visitor.Get("/desk");
        Assert.DoesNotContain(Choice, desk.Html, StringComparison.Ordinal);

        var refused = await visitor.SubmitTo(Choice, desk, "/session/end", ("client", TestIssuer.OtherClient));

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.StartsWith(TestIssuer.Client, CookieOf(web, visitor), StringComparison.Ordinal);
    }

    private static string CookieOf(TestService web, Visitor visitor) =>
        visitor.Cookies.GetCookies(web.Http)[Sessions.Cookie]!.Value;

    private static async Task<Visitor> SignedIn(TestService web)
    {
        var visitor = new Visitor(web.Http, "ko");
        await visitor.Submit(await visitor.Get("/dev/sign-in"), "/dev/sign-in");
        return visitor;
    }

    private static async Task<TestService> Start(params string[] clients)
    {
        var app = new WebApp();
        var file = Path.Combine(TestFolder.New("people"), "people.json");
        var agent = new
        {
            key = "agent-1",
            alias = "상담원 하나",
            role = "agent",
            subject = "people/019a0000-0000-7000-8000-0000000000a1",
            vendor = "vendors/haenam-contact",
            clients,
        };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new[] { agent }));
        var own = TestService.OwnOf(app).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        own[DevelopmentPeople.KeySetting] = TestIssuer.KeyPem;
        own[DevelopmentPeople.PeopleSetting] = file;
        return await TestService.Start(app, own);
    }
}
