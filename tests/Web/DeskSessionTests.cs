using Microsoft.Playwright;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>An agent's screen that stays open: the session ends under it, and what is asked anew replaces only
/// itself.</summary>
[Collection(PagesCollection.Name)]
public sealed class DeskSessionTests(WebSystem system)
{
    private WebPeople People => system.People;

    [Fact]
    public async Task A_note_written_while_the_session_ended_is_sent_after_signing_in_again()
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        const string words = "통화가 길었습니다. 15분 넘게 들어 드렸습니다.";
        await using var screen = await Open(browser);
        var path = await CasePath("GN-9901");
        await screen.Go(path);
        await screen.Page.Locator("details:has(form[action$='/note']) > summary").ClickAsync();
        await screen.Page.FillAsync("form[action$='/note'] textarea", words);
        await screen.Page.Context.ClearCookiesAsync(new() { Name = "mobility-session" });

        await screen.Page.Locator("form[action$='/note'] button").ClickAsync();

        await screen.Sees("h1:has-text('로그인이 끝났습니다')");
        await screen.Sees($"blockquote:has-text('{words}')");
        await screen.Check();
        await SignIn(screen);
        await screen.Page.Locator("form[action$='/note'] button").ClickAsync();
        await screen.Sees(".note.good");
        await screen.Sees($".story blockquote:has-text('{words}')");
        await screen.Reaches(path);
        await screen.Check();
    }

    [Fact]
    public async Task Another_amount_asks_again_and_a_session_that_ended_meanwhile_takes_nothing_from_the_page()
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        await using var screen = await Open(browser);
        await screen.Go(await CasePath("GN-9902"));
        await screen.Sees("#advice .note.good");
        await screen.Page.FillAsync("#amount", "25000");
        await screen.Sees("#advice .note.bad");
        await screen.Page.FillAsync("#amount", "1200");
        await screen.Sees("#advice button:has-text('1,200원')");
        await screen.Check();
        await screen.Page.Context.ClearCookiesAsync(new() { Name = "mobility-session" });

        await screen.Page.FillAsync("#amount", "1100");

        await screen.Sees("#session-over[role=alert]");
        Assert.Equal("1100", await screen.Page.InputValueAsync("#amount"));
        await screen.Check();
    }

    private async Task<Screen> Open(IBrowser browser)
    {
        var screen = await Screen.Open(browser, system.Web.Http, Screen.Widths[0]);
        await SignIn(screen);
        return screen;
    }

    private Task SignIn(Screen screen) =>
        screen.SignIn(TestIssuer.Token(Role.Agent, People.Agent, system.Clock.GetUtcNow()));

    private async Task<string> CasePath(string code)
    {
        var vehicle = await People.Register(code);
        var (ride, _) = await People.Ride(vehicle, 3_900);
        var fault = await People.Report(vehicle, ride);
        await system.Drain();
        return $"/desk/cases/{(await People.CaseOf(fault.Name)).Name.Split('/')[^1]}";
    }
}
