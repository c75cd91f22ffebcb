using Microsoft.Playwright;
using Mobility.Platform.Auth;
using Mobility.Tests.Parking;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Two neighbours and the same two vehicles, one agent, all of them in browsers: one matter, one answer
/// each.</summary>
[Collection(PagesCollection.Name)]
public sealed class NeighboursTests(WebSystem system)
{
    private const string Report = $"/p/{TestIssuer.Client}";

    public static TheoryData<int> Widths => [.. Screen.WidthsInTurn];

    private WebPeople People => system.People;

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Two_neighbours_complain_the_agent_resolves_by_clicks_and_both_read_one_answer(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        string[] codes = [$"GN-7{width}", $"GN-8{width}"];
        await People.Register(codes[0]);
        await People.Register(codes[1]);
        await system.Drain();
        await using var florist = await Screen.Open(browser, system.Web.Http, width);
        await using var baker = await Screen.Open(browser, system.Web.Http, width);
        await File(florist, codes[..1], "꽃집 문을 막고 있어요");
        await ChangesItAfterwards(florist);
        await File(baker, codes, "유모차가 못 지나가요");
        await baker.Sees("main :text('다른 1명도 신고했습니다')");
        await system.Drain();

        await using var agent = await Screen.Open(browser, system.Web.Http, width);
        await agent.SignIn(TestIssuer.Token(Role.Agent, People.Agent, system.Clock.GetUtcNow()));
        await Resolves(agent, codes[0]);

        await IsToldOnce(florist, "complaint-resolved", "유모차");
        await IsToldOnce(baker, "complaint-resolved", "꽃집");
        await florist.Shoot("tracking-answered");
        await Thanks(florist);
        await Reopens(baker);
        await system.Drain();
        await agent.Page.ReloadAsync();
        await agent.Sees("main :text('그대로 서 있습니다')");
        await agent.Check();
    }

    private static async Task File(Screen screen, string[] codes, string note)
    {
        await screen.Go(Report);
        await screen.Page.FillAsync("#place", "37.7645, 128.8996");
        await screen.Page.ClickAsync("label.choice:has(input[value=storefront])");
        var rows = screen.Page.Locator("#rows input");
        for (var n = 0; n < codes.Length; n++)
        {
            await rows.Nth(n).FillAsync(codes[n].ToLowerInvariant());
        }
        await screen.Page.FillAsync("#note", note);
        await screen.Page.DblClickAsync("button[value=send]");
        await screen.Sees("#tracking-code");
        await screen.Check();
    }

    /// <summary>Back at the kept form something is changed and sent: nothing is filed twice.</summary>
    private static async Task ChangesItAfterwards(Screen screen)
    {
        var code = await screen.Page.InnerTextAsync("#tracking-code");
        await screen.Page.GoBackAsync();
        await screen.Page.FillAsync("#note", "한 대가 더 왔어요");
        await screen.Page.ClickAsync("button[value=send]");
        await screen.Sees("[role=alert]:has-text('처음 보낸 내용은 이미 접수되었습니다')");
        Assert.Contains("한 대가 더", await screen.Page.InputValueAsync("#note"), StringComparison.Ordinal);
        await screen.Check();
        await screen.Page.ClickAsync("main a[href='/t']");
        await screen.Sees($"code:text('{code}')");
        await screen.Check();
    }

    private async Task Resolves(Screen agent, string code)
    {
        await agent.Go("/desk");
        var matter = agent.Page.Locator($"a.case:has-text('{code}')");
        Assert.Equal(1, await matter.CountAsync());
        await matter.ClickAsync();
        await agent.Sees("form[action$='/uphold']");
        await agent.Shoot("desk-complaint");
        await agent.Page.Locator("form[action$='/uphold'] button").First.DblClickAsync();
        await agent.Sees(".note.good");
        await agent.Check();
        await agent.Page.Locator("form[action$='/dispatch'] button").First.DblClickAsync();
        await agent.Sees(".note.good:has-text('현장팀을 보냈습니다')");
        Assert.Equal(0, await agent.Page.Locator("form[action$='/dispatch']").CountAsync());
        await agent.Check();
        await agent.Page.Locator("details:has(form[action$='/resolve']) > summary").First.ClickAsync();
        var resolve = agent.Page.Locator("form[action$='/resolve']").First;
        await resolve.Locator("select[name=reason]").SelectOptionAsync("removed");
        await resolve
            .Locator("input[type=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "empty-pavement.jpg",
                    MimeType = "image/jpeg",
                    Buffer = TestImages.Jpeg(),
                }
            );
        await agent.Check();
        await resolve.Locator("button").DblClickAsync();
        await agent.Sees(".note.good:has-text('신고한 모든 분께')");
        Assert.Equal(0, await agent.Page.Locator("form[action$='/resolve']").CountAsync());
        await agent.Sees(".photos img");
        await agent.Check();
        await system.Drain();
    }

    private static async Task IsToldOnce(Screen reporter, string template, string foreign)
    {
        var answer = reporter.Page.Locator("ol.steps > li:has-text('처리를 마쳤습니다')");
        await Poll.Until(
            async () =>
            {
                await reporter.Go("/t");
                return await answer.CountAsync() > 0;
            },
            what: template
        );
        Assert.Equal(1, await answer.CountAsync());
        Assert.DoesNotContain(foreign, await reporter.Page.ContentAsync(), StringComparison.Ordinal);
        await reporter.Check();
    }

    private static async Task Thanks(Screen reporter)
    {
        await reporter.Page.FillAsync("form[action='/t/feedback'] textarea", "빨리 와 주셔서 고맙습니다.");
        await reporter.Page.DblClickAsync("form[action='/t/feedback'] button[value=yes]");
        await reporter.Sees(".note.good:has-text('문제가 풀렸다고')");
        await reporter.Check();
    }

    private static async Task Reopens(Screen reporter)
    {
        await reporter.Page.FillAsync("form[action='/t/reopen'] textarea", "한 대가 그대로 서 있습니다.");
        await reporter.Page.DblClickAsync("form[action='/t/reopen'] button");
        await reporter.Sees(".badge:has-text('접수')");
        Assert.Equal(0, await reporter.Page.Locator("form[action='/t/reopen']").CountAsync());
        await reporter.Check();
    }
}
