using System.Net;
using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>What a person typed is theirs: neither a refusal nor a service that is down nor the end of a session loses
/// it.</summary>
public sealed class TypedWordsTests(OneService<WebApp> one) : IClassFixture<OneService<WebApp>>
{
    private const string Agent = "people/019a0000-0000-7000-8000-0000000000a1";
    private const string Case = "/desk/cases/019a0000-0000-7000-8000-0000000000c1";
    private const string Typed = "세 번째 전화입니다. 천천히 들어 드렸습니다.";

    [Fact]
    public async Task What_a_reporter_wrote_about_an_answer_stays_when_it_is_refused()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var page = await Resolved(parking, visitor);
        parking.ActRefusal = new Refusal(StatusCode.FailedPrecondition, "REOPENING_TOO_LATE", "Too late.");

        var again = await visitor.Submit(page, "/t/reopen", ("note", Typed));

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Contains("다시 열 수 있는 기한이 지났습니다", again.Text, StringComparison.Ordinal);
        Assert.Contains(Typed, again.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stays_with_its_request_id_when_parking_is_down()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var page = await Resolved(parking, visitor);
        parking.Refusal = new Refusal(StatusCode.Unavailable, "DATABASE_UNAVAILABLE", "It does not answer.");
        var away = await visitor.Submit(page, "/t/feedback", ("text", Typed), ("verdict", "no"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.Status);
        Assert.Contains(Typed, away.Text, StringComparison.Ordinal);
        parking.Refusal = null;

        await visitor.Follow(await visitor.Submit(away, "/t/feedback"));

        var given = Assert.IsType<GiveComplaintFeedbackRequest>(Assert.Single(parking.Acts));
        Assert.Equal((FeedbackVerdict.DidNotHelp, Typed), (given.Feedback.Verdict, given.Feedback.Text));
        Assert.Equal(IdOf(page, "/t/feedback"), given.RequestId);
    }

    [Fact]
    public async Task A_form_sent_after_the_session_ended_waits_for_the_sign_in_with_all_that_was_typed()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        await SignIn(visitor, house);
        var page = await visitor.Get("/desk/call");
        house.Clock.Advance(TimeSpan.FromMinutes(16));
        var id = IdOf(page, "/session/end");

        var over = await visitor.SubmitTo(
            $"{Case}/note",
            page,
            "/session/end",
            ("here", "/desk/call"),
            ("text", Typed)
        );

        Assert.Equal(HttpStatusCode.OK, over.Status);
        Assert.Contains("로그인이 끝났습니다", over.Text, StringComparison.Ordinal);
        Assert.Contains(Typed, over.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/sign-in\" target=\"_blank\"", over.Html, StringComparison.Ordinal);
        var kept = over.Form($"{Case}/note").Hidden;
        Assert.Contains(("text", Typed), kept);
        Assert.Contains(("here", "/desk/call"), kept);
        Assert.Contains((RequestIds.Field, id), kept);
        // After the sign-in it goes its way: here to a service that is down.
        await SignIn(visitor, house);
        var sent = await visitor.Submit(over, $"{Case}/note");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, sent.Status);
    }

    [Fact]
    public async Task Who_wanted_to_see_a_page_is_led_back_to_it_after_the_sign_in()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        Assert.Equal("/sign-in", (await visitor.Get("/desk/call?code=GN-1")).Location);

        await SignIn(visitor, house);

        Assert.Equal("/desk/call?code=GN-1", (await visitor.Get("/desk")).Location);
        Assert.Null((await visitor.Get("/desk")).Location);
    }

    [Theory]
    [InlineData("https://elsewhere.example/desk/x")]
    [InlineData("//elsewhere.example/desk/")]
    [InlineData("/deskless")]
    [InlineData("/desk/\r\nSet-Cookie: a=b")]
    [InlineData("/desk/한글")]
    public async Task A_planted_address_leads_nobody_away(string planted)
    {
        await using var house = await WebHouse.Start(one);
        using var visitor = house.Visit();
        await SignIn(visitor, house);
        visitor.Cookies.Add(house.Service.Http, new Cookie("mobility-next", Uri.EscapeDataString(planted)));

        Assert.Null((await visitor.Get("/desk")).Location);
    }

    [Fact]
    public async Task A_page_that_asks_for_news_after_the_session_ended_gets_a_line_and_stays()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Case}/advice?amount=1");
        request.Headers.Add("HX-Request", "true");

        var part = await visitor.Send(request);

        Assert.Equal(HttpStatusCode.OK, part.Status);
        Assert.Equal("#session-over", Assert.Single(part.Reply.Headers.GetValues("HX-Retarget")));
        Assert.False(part.Reply.Headers.Contains("HX-Redirect"));
        Assert.Contains("id=\"session-over\"", part.Html, StringComparison.Ordinal);
    }

    private static async Task<Page> Resolved(FakeParking parking, Visitor visitor)
    {
        parking.Tracked = FakeParking.NewTracked(ComplaintState.Resolved);
        var form = await visitor.Get("/t");
        return await visitor.Follow(await visitor.Submit(form, "/t", ("tracking_code", FakeParking.Code)));
    }

    private static string IdOf(Page page, string action) =>
        page.Form(action).Hidden.Single(h => h.Name == RequestIds.Field).Value;

    private static async Task SignIn(Visitor visitor, WebHouse house)
    {
        var token = TestIssuer.Token(Role.Agent, Agent, house.Clock.GetUtcNow());
        using var content = new FormUrlEncodedContent([new("token", token)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/session") { Content = content };
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.Send(request)).Status);
    }
}
