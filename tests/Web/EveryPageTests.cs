using System.Net;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Rules that hold for every page, in both languages, whoever looks.</summary>
[Collection(PagesCollection.Name)]
public sealed class EveryPageTests(WebSystem system)
{
    [Theory]
    [InlineData("ko")]
    [InlineData("en")]
    public async Task No_page_shows_an_id_an_enums_name_or_another_language(string language)
    {
        var people = system.People;
        var vehicle = await people.Register(language == "ko" ? "GN-91" : "GN-92");
        var (ride, payment) = await people.Ride(vehicle, 20_000, rider: people.Rider);
        var fault = await people.Report(vehicle, ride);
        var matter = await people.CaseOf(fault.Name);
        var (casePath, faultId) = ($"/desk/cases/{matter.Name.Split('/')[^1]}", fault.Name.Split('/')[^1]);
        using var agent = await SignedIn(Role.Agent, people.Agent, language);
        var asked = await agent.Submit(await agent.Get(casePath), "/refund");
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);
        var client = TestIssuer.Client;
        string[] desk =
        [
            "/desk",
            casePath,
            $"{casePath}?said=noted",
            "/desk/call",
            "/desk/approvals",
            "/desk/delegation",
        ];
        string[] call = [$"/desk/call?code={vehicle.PrintedCode}", "/desk/call?code=GN-404", "/desk/complaint"];
        string[] anybody =
        [
            "/",
            "/sign-in",
            $"/p/{client}",
            $"/p/{client}?code={vehicle.PrintedCode}",
            "/t",
            "/nothing",
        ];
        string[] rider = [$"/r/{client}", $"/r/{client}/{vehicle.PrintedCode}", $"/r/{client}/faults/{faultId}"];
        using var nobody = new Visitor(system.Web.Http, language);
        using var lead = await SignedIn(Role.Lead, people.Lead, language);
        using var officer = await SignedIn(Role.ClientOfficer, people.Officer, language);
        using var passenger = await SignedIn(Role.Rider, people.Rider, language);

        await AllKeep(nobody, language, [.. anybody, $"/r/{client}", $"/r/{client}/{vehicle.PrintedCode}"]);
        await AllKeep(passenger, language, [.. anybody, .. rider]);
        await AllKeep(agent, language, [.. desk, .. call, $"{casePath}/advice?payment={payment.Name}&amount=90000"]);
        await AllKeep(lead, language, [.. desk, .. call]);
        await AllKeep(officer, language, desk);
    }

    [Fact]
    public async Task A_form_that_a_service_refuses_comes_back_with_the_words_and_a_sentence()
    {
        var people = system.People;
        var vehicle = await people.Register("GN-93");
        var (ride, _) = await people.Ride(vehicle, 1_000, rider: people.Rider);
        var matter = await people.CaseOf((await people.Report(vehicle, ride)).Name);
        using var agent = await SignedIn(Role.Agent, people.Agent, "ko");
        var path = $"/desk/cases/{matter.Name.Split('/')[^1]}";
        var old = await agent.Get(path);
        await agent.Submit(await agent.Get(path), $"{path}/note", ("text", "먼저 쓴 메모"));

        // Another one changed the case in the meantime.
        var refused = await agent.Submit(old, $"{path}/close", ("need", "1"), ("note", "들어 드렸습니다"));

        Assert.Equal(HttpStatusCode.OK, refused.Status);
        Assert.Contains("들어 드렸습니다", refused.Html, StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", refused.Html, StringComparison.Ordinal);
        Assert.Empty(PageRules.Breaches(refused.Html, "ko"));
    }

    [Fact]
    public async Task A_form_without_the_pages_token_does_nothing()
    {
        using var agent = await SignedIn(Role.Agent, system.People.Agent, "ko");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/desk/call")
        {
            Content = new FormUrlEncodedContent([new("request_id", WebPeople.NewId())]),
        };

        Assert.Equal(HttpStatusCode.Forbidden, (await agent.Send(request)).Status);
    }

    [Theory]
    [InlineData("<p>019a0000-0000-7000-8000-000000000051</p>", "a UUID")]
    [InlineData("<b>AWAITING_APPROVAL</b>", "an enum's name")]
    [InlineData("<img alt=\"clients/a\">", "a resource name")]
    [InlineData("<pre>   at Mobility.Web.View.Of()</pre>", "a stack trace")]
    [InlineData("<p>환불 settled</p>", "a Latin word")]
    public void A_breach_is_found(string html, string what) =>
        Assert.Contains(PageRules.Breaches(html, "ko"), b => b.StartsWith(what, StringComparison.Ordinal));

    [Fact]
    public void A_page_of_words_keeps_the_rules() =>
        Assert.Empty(PageRules.Breaches("<a href=\"/x/019a0000-0000-7000\">차량 GN-1390, ABCD-EF12-3456</a> EN", "ko"));

    private static async Task AllKeep(Visitor visitor, string language, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var page = await visitor.Get(path);
            Assert.True(
                page.Status is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.SeeOther,
                $"{path} answered {page.Status}"
            );
            var breaches = PageRules.Breaches(page.Html, language);
            Assert.True(breaches.Count == 0, $"{path}: {string.Join("; ", breaches)}");
        }
    }

    private async Task<Visitor> SignedIn(Role role, string subject, string language)
    {
        var visitor = new Visitor(system.Web.Http, language);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/session")
        {
            Content = new FormUrlEncodedContent([
                new("token", TestIssuer.Token(role, subject, system.Clock.GetUtcNow())),
            ]),
        };
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.Send(request)).Status);
        return visitor;
    }
}
