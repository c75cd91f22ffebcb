using Microsoft.Playwright;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Web.WebPeople;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Web;

/// <summary>The agent's pages in a browser, on a telephone and on a desk: one effect for one wish.</summary>
[Collection(PagesCollection.Name)]
public sealed class AgentPagesTests(WebSystem system)
{
    public static TheoryData<int> Widths => [.. Screen.WidthsInTurn];

    private WebPeople People => system.People;

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task An_allowed_refund_is_one_click_and_a_double_click_is_one_refund(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var matter = await Faulty($"GN-1{width}", 4_800);
        await using var screen = await Desk(browser, width, Role.Agent);
        await screen.Go("/desk");
        await screen.Shoot("desk-queue");
        await screen.Page.Locator($"a[href$='{Id(matter.Case)}']").ClickAsync();
        await screen.Check();
        await screen.Sees("#advice .note.good");
        await screen.Shoot("desk-case");

        await screen.Page.Locator("#advice button[type=submit]").DblClickAsync();

        await screen.Sees("#money .badge.good");
        await screen.Check();
        await screen.Page.GoBackAsync();
        await screen.Page.GoForwardAsync();
        await screen.Sees("#money .badge.good");
        var refund = Assert.Single(await RefundsOn(matter.Payment));
        Assert.Equal((RefundState.Settled, 4_800), (refund.State, refund.Amount.Units));
        Assert.Single(await CancelsOf(matter.Payment));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_click_whose_answer_was_lost_is_repeated_with_one_effect(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var matter = await Faulty($"GN-2{width}", 3_000);
        await using var screen = await Desk(browser, width, Role.Agent);
        await screen.Go(PathOf(matter.Case));
        var lost = new TaskCompletionSource();
        screen.Expected.Add("ERR_FAILED");
        await screen.Page.RouteAsync(
            "**/refund",
            async route =>
            {
                await route.FetchAsync();
                await route.AbortAsync("failed");
                lost.TrySetResult();
            },
            new() { Times = 1 }
        );

        await screen.Page.Locator("#advice button[type=submit]").ClickAsync();
        await lost.Task.WaitAsync(Poll.Patience);
        await screen.Page.Locator("#advice button[type=submit]").ClickAsync();

        await screen.Sees("#money .badge.good");
        Assert.Single(await RefundsOn(matter.Payment));
        Assert.Single(await CancelsOf(matter.Payment));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Before_the_click_it_says_whom_to_ask_and_a_chain_of_three_agrees(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var matter = await Faulty($"GN-3{width}", 45_000);
        await using var agent = await Desk(browser, width, Role.Agent);
        await agent.Go(PathOf(matter.Case));
        await agent.Sees("#advice .note.info");
        await agent.Shoot("desk-approval-asked");
        await agent.Page.Locator("#advice button[type=submit]").ClickAsync();
        await agent.Sees("#money .badge.wait");
        await agent.Check();

        foreach (var role in new[] { Role.Lead, Role.ClientOfficer })
        {
            await using var screen = await Desk(browser, width, role);
            await screen.Go("/desk/approvals");
            await screen.Shoot(role == Role.Lead ? "desk-approvals-lead" : "desk-approvals-officer");
            var refund = Assert.Single(await RefundsOn(matter.Payment));
            await screen.Page.Locator($"form[action*='{Id(refund.Name)}/approve'] button").DblClickAsync();
            await screen.Sees(".note.good");
            await screen.Check();
        }

        await Poll.Until(async () => (await RefundsOn(matter.Payment))[0].State == RefundState.Settled);
        var settled = Assert.Single(await RefundsOn(matter.Payment));
        Assert.Equal([People.Lead, People.Officer], settled.Approvals.Select(a => a.Person));
        Assert.All(settled.Approvals, a => Assert.Equal(settled.RequestHash, a.RequestHash));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task What_is_beyond_every_authority_says_why_and_is_handed_to_the_lead_in_one_step(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var matter = await Faulty($"GN-4{width}", 80_000);
        await using var screen = await Desk(browser, width, Role.Agent);
        await screen.Go(PathOf(matter.Case));
        await screen.Sees("#advice .note.bad");
        await screen.Shoot("desk-beyond");

        await screen.Page.Locator("#advice form[action$='/hand-over'] button").DblClickAsync();

        await screen.Sees(".note.good");
        await screen.Check();
        var seen = await system.Desk.GetCaseAsync(new() { Name = matter.Case }, People.AsLead);
        Assert.Equal((true, People.Lead), (seen.HandedOver, seen.Owner));
        Assert.Contains("80,000원", Assert.Single(seen.Notes).Text, StringComparison.Ordinal);
        Assert.Empty(await RefundsOn(matter.Payment));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_caller_reads_out_a_code_and_the_agent_is_at_the_refund(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var vehicle = await People.Register($"GN-5{width}");
        var (_, payment) = await People.Ride(vehicle, 2_900);
        await using var screen = await Desk(browser, width, Role.Agent);
        await screen.Go("/desk/call");
        await screen.Page.FillAsync("#code", vehicle.PrintedCode.ToLowerInvariant());
        await screen.Page.Keyboard.PressAsync("Enter");
        await screen.Reaches("/desk/call?code=");
        await screen.Sees("input[name=ride]");
        await screen.Check();
        await screen.Shoot("desk-call");

        await screen.Page.Locator("form[action='/desk/call'] button.big").DblClickAsync();

        await screen.Sees("#advice .note.good");
        await screen.Check();
        await screen.Page.Locator("#advice button[type=submit]").ClickAsync();
        await screen.Sees("#money .badge.good");
        Assert.Single(await RefundsOn(payment.Name));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_note_typed_once_is_there_once_and_never_lost_to_a_refusal(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var matter = await Faulty($"GN-6{width}", 1_500);
        await using var screen = await Desk(browser, width, Role.Agent);
        await screen.Go(PathOf(matter.Case));
        const string words = "고객이 세 번째 전화했습니다. 차분히 들어 드렸습니다.";
        var note = screen.Page.Locator($"form[action='{PathOf(matter.Case)}/note']");
        await screen.Page.Locator("details:has(form[action$='/note']) > summary").ClickAsync();
        await note.Locator("textarea").FillAsync(words);
        await note.Locator("button").DblClickAsync();
        await screen.Sees("blockquote:has-text('세 번째')");
        await screen.Check();

        var seen = await system.Desk.GetCaseAsync(new() { Name = matter.Case }, People.AsLead);
        Assert.Equal(words, Assert.Single(seen.Notes).Text);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task The_officer_says_stop_once_and_nothing_is_admitted_after_it(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var matter = await Faulty($"GN-9{width}", 2_000);
        await using var officer = await Desk(browser, width, Role.ClientOfficer);
        await officer.Go("/desk/delegation");
        await officer.Page.Locator("details > summary").First.ClickAsync();
        var stop = officer.Page.Locator("form[action$='/stop']").First;
        await stop.Locator("textarea").FillAsync("주말 환불을 모두 멈춥니다.");
        await stop.Locator("input[type=checkbox]").CheckAsync();
        await officer.Check();
        await officer.Shoot("desk-stop");

        await stop.Locator("button").DblClickAsync();

        await officer.Sees(".note.good");
        await officer.Check();
        await using var agent = await Desk(browser, width, Role.Agent);
        await agent.Go(PathOf(matter.Case));
        await agent.Sees("#advice .note.bad");
        Assert.Equal(0, await agent.Page.Locator("#advice form[action$='/refund']").CountAsync());
        // Other tests ask for refunds too.
        await People.Grant();
    }

    private static string Id(string name) => name.Split('/')[^1];

    private static string PathOf(string matter) => $"/desk/cases/{Id(matter)}";

    private async Task<Screen> Desk(IBrowser browser, int width, Role role)
    {
        var person = role switch
        {
            Role.Lead => People.Lead,
            Role.ClientOfficer => People.Officer,
            _ => People.Agent,
        };
        var screen = await Screen.Open(browser, system.Web.Http, width);
        await screen.SignIn(TestIssuer.Token(role, person, system.Clock.GetUtcNow()));
        return screen;
    }

    /// <summary>A ride that a fault cut short, with its case.</summary>
    private async Task<(string Case, string Payment)> Faulty(string code, long won)
    {
        var vehicle = await People.Register(code);
        var (ride, payment) = await People.Ride(vehicle, won);
        var fault = await People.Report(vehicle, ride);
        await system.Drain();
        return ((await People.CaseOf(fault.Name)).Name, payment.Name);
    }

    private async Task<IReadOnlyList<Refund>> RefundsOn(string payment) =>
        (await system.Refunds.ListRefundsAsync(new() { Parent = Parent, Payment = payment }, People.AsLead)).Refunds;

    /// <summary>What the gateway's own book says of the payment.</summary>
    private async Task<IReadOnlyList<long>> CancelsOf(string payment)
    {
        var book = await system.Gateway.Query(await People.KeyOf(payment));
        return
        [
            .. book.Body.GetProperty("cancels").EnumerateArray().Select(c => c.GetProperty("cancelAmount").GetInt64()),
        ];
    }
}
