using Microsoft.Playwright;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Faults;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>The rider's and the reporter's pages in a real browser, as wide as a phone and as a desk.</summary>
public sealed class PublicPagesBrowserTests
{
    private const string Report = "/p/gangneung-kick";

    public static TheoryData<int> Widths => [.. Screen.WidthsInTurn];

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_shop_owner_taps_the_map_and_follows_the_answer(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        await using var screen = await Screen.Open(browser, house.Service.Http, width);
        await screen.Go(Report);
        await screen.Page.ClickAsync("#locate");
        await screen.Page.WaitForSelectorAsync("[data-candidate]");
        await screen.Page.ClickAsync("label.choice:has(input[value=storefront])");
        await screen.Page.ClickAsync("label.choice:has(input[value='GK-1043'])");
        await screen.Page.SetInputFilesAsync(
            "#photos",
            new FilePayload
            {
                Name = "scene.png",
                MimeType = "image/png",
                Buffer = await Picture(screen.Page),
            }
        );
        await screen.Page.WaitForSelectorAsync("#previews canvas");
        await screen.Check();
        await screen.Shoot("report");

        await screen.Page.ClickAsync("button[value=send]");
        await screen.Page.WaitForSelectorAsync(".tracking");
        await screen.Check();
        await screen.Shoot("report-done");
        parking.Tracked = FakeParking.NewTracked(ComplaintState.Dispatched);
        await screen.Go("/t");
        await screen.Shoot("tracking");
        parking.Tracked = FakeParking.NewTracked(ComplaintState.Resolved);
        await screen.Go("/t");

        var complaint = Assert.Single(parking.Created).Complaint;
        Assert.Equal(["GK-1043"], complaint.PrintedCodes);
        Assert.Equal(37.7645, complaint.Point.Latitude, 3);
        Assert.Equal(20, complaint.AccuracyMeters);
        // The browser made a JPEG of at most 2048 pixels of a larger picture.
        Assert.Equal([0xFF, 0xD8, 0xFF], Assert.Single(parking.Photos).Content.Span[..3].ToArray());
    }

    [Fact]
    public async Task Two_clicks_the_back_button_and_a_reload_are_one_report()
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        await using var screen = await Screen.Open(browser, house.Service.Http, Screen.Widths[0]);
        await screen.Go(Report);
        await screen.Page.FillAsync("#place", "37.7645, 128.8996");
        await screen.Page.ClickAsync("label.choice:has(input[value=storefront])");
        await screen.Page.DblClickAsync("button[value=send]");
        await screen.Page.WaitForSelectorAsync(".tracking");
        await screen.Page.ReloadAsync();
        await screen.Page.GoBackAsync();
        await screen.Page.ClickAsync("button[value=send]");
        await screen.Page.WaitForSelectorAsync(".tracking");
        Assert.Equal(1, parking.EffectCount);
        Assert.True(parking.Created.Count >= 2, "The back button sent it again.");
    }

    [Fact]
    public async Task A_look_up_that_is_cut_off_by_the_next_or_by_sending_is_no_error()
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        await using var screen = await Screen.Open(browser, house.Service.Http, Screen.Widths[0]);
        await screen.Go(Report);
        var asked = new SemaphoreSlim(0);
        // Nobody ever answers a look-up.
        await screen.Page.RouteAsync("**/place", _ => Task.FromResult(asked.Release()));
        await screen.Page.FillAsync("#place", "37.7645, 128.8996");
        await screen.Page.ClickAsync("label.choice:has(input[value=storefront])");
        Assert.True(await asked.WaitAsync(Poll.Patience));
        await screen.Page.ClickAsync("label.choice:has(input[value=sidewalk])");
        Assert.True(await asked.WaitAsync(Poll.Patience));
        await screen.Page.FillAsync("#contact", "010-0000-0000");

        await screen.Page.ClickAsync("button[value=send]");

        await screen.Sees(".tracking");
        await screen.Check();
        Assert.Equal(0, asked.CurrentCount);
    }

    [Fact]
    public async Task A_vehicle_that_is_chosen_while_a_look_up_is_on_its_way_stays_chosen()
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        await using var screen = await Screen.Open(browser, house.Service.Http, Screen.Widths[0]);
        await screen.Go(Report);
        await screen.Page.ClickAsync("#locate");
        await screen.Page.WaitForSelectorAsync("[data-candidate]");
        var (asked, ended, chosen) = (new SemaphoreSlim(0), new SemaphoreSlim(0), new TaskCompletionSource());
        screen.Page.RequestFinished += (_, _) => ended.Release();
        screen.Page.RequestFailed += (_, _) => ended.Release();
        await screen.Page.RouteAsync(
            "**/place",
            async route =>
            {
                asked.Release();
                await chosen.Task;
                await route.ContinueAsync();
            }
        );
        await screen.Page.ClickAsync("label.choice:has(input[value=storefront])");
        Assert.True(await asked.WaitAsync(Poll.Patience));

        await screen.Page.ClickAsync("label.choice:has(input[value='GK-1043'])");
        chosen.SetResult();

        // The answer to what was asked before, and the one to what was chosen.
        Assert.True(await ended.WaitAsync(Poll.Patience));
        Assert.True(await ended.WaitAsync(Poll.Patience));
        await screen.Check();
        Assert.True(await screen.Page.IsCheckedAsync("input[value='GK-1043']"));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_rider_reports_with_one_tap(int width)
    {
        if (await Chromium.Browser is not { } browser)
        {
            return;
        }
        await using var faults = await FaultsHouse.Open();
        await using var house = await WebHouse.Start(WebHouse.UrlOf(faults.Service), clock: faults.Service.Clock);
        await faults.Register("GN-0001");
        await using var screen = await Screen.Open(browser, house.Service.Http, width);
        await screen.Go("/r/gangneung-kick/GN-0001");
        var token = TestIssuer.Token(Role.Rider, faults.Rider, faults.Now);
        await screen.Page.EvaluateAsync(
            """
            token => {
              const form = document.createElement("form");
              form.method = "post";
              form.action = "/session";
              const field = document.createElement("input");
              field.name = "token";
              field.value = token;
              form.append(field);
              document.body.append(form);
              form.submit();
            }
            """,
            token
        );
        await screen.Page.WaitForSelectorAsync("button[value=BRAKE_FAILURE]");
        await screen.Check();
        await screen.Shoot("rider");
        await screen.Page.DblClickAsync("button[value=BRAKE_FAILURE]");
        await screen.Reaches("/faults/");
        await screen.Check();
        await screen.Shoot("rider-fault");
        await screen.Page.GoBackAsync();
        await screen.Page.ClickAsync("button[value=BRAKE_FAILURE]");
        await screen.Reaches("/faults/");
        await screen.Go("/r/gangneung-kick");

        Assert.Equal(1, await screen.Page.Locator("ul.plain > li").CountAsync());
    }

    /// <summary>A picture larger than what is sent, drawn by the browser itself.</summary>
    private static async Task<byte[]> Picture(IPage page)
    {
        var base64 = await page.EvaluateAsync<string>(
            """
            () => {
              const canvas = document.createElement("canvas");
              canvas.width = 3000;
              canvas.height = 2000;
              const pen = canvas.getContext("2d");
              pen.fillStyle = "#8aa";
              pen.fillRect(0, 0, 3000, 2000);
              pen.fillStyle = "#c33";
              pen.fillRect(900, 600, 900, 700);
              return canvas.toDataURL("image/png").split(",")[1];
            }
            """
        );
        return Convert.FromBase64String(base64);
    }
}
