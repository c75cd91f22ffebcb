using Microsoft.Playwright;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Web.WebPeople;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Web;

/// <summary>What a refund waits for, as those see it who asked for it and who have to agree.</summary>
[Collection(PagesCollection.Name)]
public sealed class WaitingPagesTests(WebSystem system)
{
    public static TheoryData<int> Widths => [.. Screen.WidthsInTurn];

    private WebPeople People => system.People;

    /// <summary>The one that the test pays with.</summary>
    private string Payment { get; set; } = "";

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task It_says_what_it_lacks_who_has_to_agree_and_what_changed_since_somebody_looked(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var vehicle = await People.Register($"GN-88{width}");
        var (ride, payment) = await People.Ride(vehicle, 20_000);
        Payment = payment.Name;
        var fault = await People.Report(vehicle, ride);
        await system.Drain();
        var path = $"/desk/cases/{Id((await People.CaseOf(fault.Name)).Name)}";
        await using var agent = await Desk(browser, width, Role.Agent);

        await AskWithoutEvidence(agent, path);
        await system.Faults.ConfirmFaultAsync(new() { Name = fault.Name, RequestId = NewId() }, People.AsLead);
        var waiting = await Reached(RefundState.AwaitingApproval);
        await agent.Open(path);
        // It is above a budget that asks an officer.
        await Reads(agent, "#money .refund + .note.info", "팀장 승인을", "그다음 고객사 담당자", "예산을 넘는 요청");
        await using (var lead = await Desk(browser, width, Role.Lead))
        {
            await lead.Go("/desk/approvals");
            await Correct(ride, waiting);
            await AgreeInVain(lead, waiting);
            await Agree(lead, waiting, ".note.good[role=status]");
        }
        await using var officer = await Desk(browser, width, Role.ClientOfficer);
        await officer.Open("/desk/approvals");
        await Agree(officer, waiting, ".note.good[role=status]");

        var settled = await Reached(RefundState.Settled);
        Assert.Equal([People.Lead, People.Officer], settled.Approvals.Select(one => one.Person));
        await agent.Open(path);
        await agent.Sees("#money .refund .badge.good");
    }

    private static async Task AskWithoutEvidence(Screen agent, string path)
    {
        await agent.Open($"{path}?reason=VEHICLE_UNSAFE");
        await Reads(agent, "#advice .note.wait", "고장이 확인되지 않음", "고객사 담당자의 승인도 필요함");
        await agent.Page.Locator("#advice button[type=submit]").ClickAsync();
        await Reads(agent, "#money .refund + .note.wait", "고장 확인", "까지 확인되지 않으면");
        await agent.Check();
        await agent.Shoot("desk-evidence");
    }

    /// <summary>The operator corrects the record of the ride, on which somebody is about to agree.</summary>
    private async Task Correct(Ride ride, Refund seen)
    {
        var corrected = ride.Clone();
        corrected.DistanceMeters += 300;
        await system.Faults.RecordRideAsync(
            new()
            {
                Parent = Parent,
                Ride = corrected,
                RequestId = NewId(),
            },
            People.AsOperator
        );
        await Poll.Until(async () => (await OfPayment()).RequestHash != seen.RequestHash);
    }

    private async Task AgreeInVain(Screen lead, Refund refund)
    {
        await Agree(lead, refund, ".note.bad[role=alert]");
        await Reads(lead, ".note.bad[role=alert]", "내용이 바뀌었습니다");
        await lead.Sees(".tabs a[aria-current][href='/desk/approvals']");
        await Reads(lead, $"section:has(form[action*='{Id(refund.Name)}'])", "요청 뒤에 바뀐 것: 근거 자료");
        await lead.Check();
        await lead.Shoot("desk-outdated");
        Assert.Empty((await OfPayment()).Approvals);
    }

    private static async Task Agree(Screen screen, Refund refund, string then)
    {
        await screen.Page.Locator($"form[action*='{Id(refund.Name)}/approve'] button").ClickAsync();
        await screen.Sees(then);
    }

    private async Task<Refund> OfPayment() =>
        Assert.Single(
            (await system.Refunds.ListRefundsAsync(new() { Parent = Parent, Payment = Payment }, People.AsLead)).Refunds
        );

    private async Task<Refund> Reached(RefundState state)
    {
        await Poll.Until(async () => (await OfPayment()).State == state, what: $"a refund that is {state}");
        return await OfPayment();
    }

    private static string Id(string name) => name.Split('/')[^1];

    /// <summary>Waits until it is there, and reads these words in it.</summary>
    private static async Task Reads(Screen screen, string selector, params string[] words)
    {
        await screen.Sees(selector);
        var text = await screen.Page.Locator(selector).First.InnerTextAsync();
        Assert.All(words, word => Assert.Contains(word, text, StringComparison.Ordinal));
    }

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
}
