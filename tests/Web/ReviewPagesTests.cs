using Microsoft.Playwright;
using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Refunds;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Web.WebPeople;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Web;

/// <summary>A refund of which no machine knows, as two persons see it.</summary>
[Collection(PagesCollection.Name)]
public sealed class ReviewPagesTests(WebSystem system)
{
    public static TheoryData<int> Widths => [.. Screen.WidthsInTurn];

    private WebPeople People => system.People;

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task What_nobody_knows_a_lead_and_an_officer_say_each_with_what_shows_it(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var (_, payment) = await People.Ride(await People.Register($"GN-77{width}"), 2_500);
        var key = await People.KeyOf(payment.Name);
        // No reply, and no answer to the questions until it is stopped.
        await system.Gateway.Fault("error", key, code: "PROVIDER_ERROR");
        await system.Gateway.Fault("query_error", key, times: 3);
        var refund = await system.Refunds.CreateRefundAsync(RefundsHouse.Asking(payment, 2_500), People.AsAgent);
        await Poll.Until(async () => (await Refunds(payment.Name))[0].State == RefundState.Unconfirmed);
        await People.Stop();
        await Poll.Until(async () =>
        {
            // The questions are more than a minute apart.
            system.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await Refunds(payment.Name))[0].State == RefundState.UnderReview;
        });
        await People.Grant();
        // So long a cancel may show late in the gateway's list.
        system.Clock.Advance(PaymentComparison.ListDelay);

        foreach (var role in new[] { Role.Lead, Role.ClientOfficer })
        {
            await using var screen = await Desk(browser, width, role);
            await screen.Go("/desk/approvals");
            var form = screen.Page.Locator($"form[action*='{refund.Name.Split('/')[^1]}/resolve-not-done']");
            await screen.Page.Locator("details", new() { Has = form }).Locator("summary").ClickAsync();
            await form.Locator("textarea").FillAsync("결제사 콘솔의 취소 목록에 없습니다.");
            await screen.Check();
            await screen.Shoot("desk-review");
            await form.Locator("button").DblClickAsync();
            await screen.Sees(".note.good");
            await screen.Check();
        }

        var failed = Assert.Single(await Refunds(payment.Name));
        Assert.Equal(RefundState.Failed, failed.State);
        Assert.Equal([People.Lead, People.Officer], failed.Resolutions.Select(word => word.Person));
    }

    private async Task<Screen> Desk(IBrowser browser, int width, Role role)
    {
        var screen = await Screen.Open(browser, system.Web.Http, width);
        var person = role == Role.Lead ? People.Lead : People.Officer;
        await screen.SignIn(TestIssuer.Token(role, person, system.Clock.GetUtcNow()));
        return screen;
    }

    private async Task<IReadOnlyList<Refund>> Refunds(string payment) =>
        (await system.Refunds.ListRefundsAsync(new() { Parent = Parent, Payment = payment }, People.AsLead)).Refunds;
}
