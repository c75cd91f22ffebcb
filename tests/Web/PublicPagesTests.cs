using System.Text;
using Google.Protobuf;
using Microsoft.Playwright;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Web.WebPeople;

namespace Mobility.Tests.Web;

/// <summary>The rider's and the shop owner's pages in a browser, and the desk that answers the shop owner.</summary>
[Collection(PagesCollection.Name)]
public sealed class PublicPagesTests(WebSystem system)
{
    private const string Secret = "010-0000-4711";

    public static TheoryData<int> Widths => [.. Screen.Widths];

    private WebPeople People => system.People;

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_rider_types_the_code_taps_what_is_wrong_and_is_done_once(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var vehicle = await People.Register($"GN-7{width}");
        await People.Ride(vehicle, 2_200, unlocked: false);
        await using var screen = await Screen.Open(browser, system.Web.Http, width);
        await screen.SignIn(TestIssuer.Token(Role.Rider, People.Rider, system.Clock.GetUtcNow()));
        await screen.Go($"/r/{TestIssuer.Client}");
        await screen.Page.FillAsync("#code", vehicle.PrintedCode);
        await screen.Page.Keyboard.PressAsync("Enter");
        await screen.Sees("button[value=UNLOCK_FAILED]");
        await screen.Check();

        await screen.Page.Locator("button[value=UNLOCK_FAILED]").DblClickAsync();
        await screen.Reaches("**/faults/*");
        await screen.Check();
        await screen.Page.GoBackAsync();
        await screen.Page.Locator("button[value=UNLOCK_FAILED]").ClickAsync();
        await screen.Reaches("**/faults/*");

        var faults = await system.Faults.ListFaultsAsync(
            new() { Parent = Parent, Vehicle = vehicle.Name },
            People.AsLead
        );
        Assert.Equal("UNLOCK_FAILED", Assert.Single(faults.Faults).Category);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Two_neighbours_report_once_each_and_get_one_answer_from_the_desk(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        var vehicle = await People.Register($"GN-8{width}");
        await Place(vehicle.PrintedCode);
        await system.Drain();
        await using var first = await Screen.Open(browser, system.Web.Http, width);
        await File(first, vehicle.PrintedCode, note: "가게 문 앞을 막고 있어요.", contact: Secret);
        await using var second = await Screen.Open(browser, system.Web.Http, width);
        await File(second, vehicle.PrintedCode, note: "휠체어가 지나가지 못해요.", contact: "");
        var complaints = await Complaints(vehicle.Name);
        Assert.Equal(2, complaints.Count);
        Assert.Equal(complaints[0].Episode, complaints[1].Episode);

        await second.Go("/t");
        await second.Sees("text=1");
        var html = await second.Page.ContentAsync();
        foreach (var hidden in new[] { Secret, "가게 문 앞", People.Rider.Split('/')[^1] })
        {
            Assert.DoesNotContain(hidden, html, StringComparison.Ordinal);
        }

        await AnswerAtTheDesk(browser, width, complaints[0].Name);
        Assert.All(await Complaints(vehicle.Name), c => Assert.Equal(ComplaintState.Resolved, c.State));
        foreach (var screen in new[] { first, second })
        {
            await screen.Go("/t");
            await screen.Sees(".badge.good");
            await screen.Check();
        }
        await first.Shoot("report-answered");
    }

    private async Task AnswerAtTheDesk(IBrowser browser, int width, string complaint)
    {
        var matter = await People.CaseOf(complaint);
        await using var screen = await Screen.Open(browser, system.Web.Http, width);
        await screen.SignIn(TestIssuer.Token(Role.Agent, People.Agent, system.Clock.GetUtcNow()));
        await screen.Go($"/desk/cases/{matter.Name.Split('/')[^1]}");
        await screen.Shoot("desk-complaint");
        await screen.Page.Locator("form[action$='/uphold'] button").First.DblClickAsync();
        await screen.Sees("form[action$='/dispatch'] button");
        await screen.Page.Locator("form[action$='/dispatch'] button").First.DblClickAsync();
        await screen.Sees("details:has(form[action$='/resolve']) > summary");
        await screen.Check();
        await screen.Page.Locator("details:has(form[action$='/resolve']) > summary").First.ClickAsync();
        var form = screen.Page.Locator("form[action$='/resolve']").First;
        await form.Locator("input[type=file]").SetInputFilesAsync(await PhotoOf(screen));
        await form.Locator("button").DblClickAsync();
        await screen.Sees(".note.good");
        await screen.Check();
    }

    private static async Task File(Screen screen, string code, string note, string contact)
    {
        await screen.Go($"/p/{TestIssuer.Client}");
        await screen.Page.Locator("#locate").ClickAsync();
        await screen.Page.Locator(".choice:has(input[value=storefront])").ClickAsync();
        await screen.Sees("#at-once .card");
        await screen.Page.Locator("#rows input").First.FillAsync(code);
        await screen.Page.Locator("#photos").SetInputFilesAsync(await PhotoOf(screen));
        await screen.Page.FillAsync("#note", note);
        await screen.Page.FillAsync("#contact", contact);
        await screen.Check();
        var send = screen.Page.Locator("button[value=send]");
        await send.DblClickAsync();
        await screen.Reaches("**/done");
        await screen.Check();
        // The browser may have kept what was typed or not: sent again, it is no second complaint.
        await screen.Page.GoBackAsync();
        await send.ClickAsync();
        await screen.Sees("#tracking-code, .note.bad");
    }

    private async Task<IReadOnlyList<Complaint>> Complaints(string vehicle) =>
        (
            await system.Parking.ListComplaintsAsync(new() { Parent = Parent, Vehicle = vehicle }, People.AsLead)
        ).Complaints;

    /// <summary>Any JPEG will do: what the screen shows now.</summary>
    private static async Task<FilePayload> PhotoOf(Screen screen) =>
        new()
        {
            Name = "photo.jpg",
            MimeType = "image/jpeg",
            Buffer = await screen.Page.ScreenshotAsync(new() { Type = ScreenshotType.Jpeg, Quality = 60 }),
        };

    /// <summary>The vehicle stands in front of the shop, as the operator's feed says.</summary>
    private async Task Place(string code)
    {
        var seconds = system.Clock.GetUtcNow().ToUnixTimeSeconds();
        var feed = $$$"""
            {"last_updated":{{{seconds}}},"ttl":60,"version":"2.3","data":{"bikes":[
            {"bike_id":"{{{code}}}","lat":37.76452,"lon":128.89963,"is_reserved":false,"is_disabled":false,
             "last_reported":{{{seconds}}}}]}}
            """;
        await system.Parking.ImportPositionsAsync(
            new()
            {
                Parent = Parent,
                Content = ByteString.CopyFrom(feed, Encoding.UTF8),
                RequestId = NewId(),
            },
            People.AsOperator
        );
    }
}
