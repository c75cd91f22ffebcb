using System.Net;
using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Reporting a badly parked vehicle, by a browser without scripts.</summary>
public sealed class ReportPagesTests(OneService<WebApp> one) : IClassFixture<OneService<WebApp>>
{
    private const string Path = "/p/gangneung-kick";
    private const string Send = Path + "/send";

    private static readonly (string, string)[] Filled =
    [
        ("place", "37.7645, 128.8996"),
        ("category", "storefront"),
        ("codes", "GK-1043"),
        ("codes", ""),
        ("note", "문을 막고 있어요"),
        ("contact", "010-0000-0000"),
        ("do", "send"),
    ];

    [Fact]
    public async Task A_report_is_filed_and_its_code_shown_once_and_kept_for_a_reload()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);

        var sent = await visitor.Submit(form, Send, Filled);
        var done = await visitor.Follow(sent);

        Assert.Contains(FakeParking.Code, done.Text, StringComparison.Ordinal);
        Assert.Contains("신고 후 90분 안에 치우지 않으면 견인", done.Text, StringComparison.Ordinal);
        Assert.Contains("다른 2명도 신고했습니다", done.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeParking.Code, sent.Location, StringComparison.Ordinal);
        Assert.Equal("no-store", done.Reply.Headers.CacheControl?.ToString());
        var request = Assert.Single(parking.Created);
        Assert.Equal("clients/gangneung-kick", request.Parent);
        Assert.Equal((37.7645, 128.8996), (request.Complaint.Point.Latitude, request.Complaint.Point.Longitude));
        Assert.Equal(["GK-1043"], request.Complaint.PrintedCodes);
        Assert.Equal(
            ("storefront", "010-0000-0000", "ko", ComplaintChannel.Web),
            (
                request.Complaint.Category,
                request.Complaint.Contact,
                request.Complaint.Language,
                request.Complaint.Channel
            )
        );
        // Who sent it is an opaque name, never the address.
        Assert.Matches("^[0-9a-f]{32}$", request.Sender);
        Assert.Contains(FakeParking.Code, (await visitor.Get(sent.Location!)).Text, StringComparison.Ordinal);
        using var stranger = house.Visit();
        Assert.Equal(Path, (await stranger.Get(sent.Location!)).Location);
    }

    [Fact]
    public async Task A_double_click_and_the_back_button_send_the_same_request()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        Assert.Equal("no-cache, private", form.Reply.Headers.CacheControl?.ToString());

        await Task.WhenAll(visitor.Submit(form, Send, Filled), visitor.Submit(form, Send, Filled));
        await visitor.Submit(form, Send, Filled);

        Assert.Equal((3, 1), (parking.Created.Count, parking.EffectCount));
        // A page asked for anew is another report.
        await visitor.Submit(await visitor.Get(Path), Send, Filled);
        Assert.Equal(2, parking.EffectCount);
    }

    [Fact]
    public async Task A_kept_form_that_was_changed_is_shown_again_as_a_new_report()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        await visitor.Submit(form, Send, Filled);

        var again = await visitor.Submit(form, Send, [.. Filled[..^1], ("note", "한 대 더 있어요"), Filled[^1]]);

        Assert.Equal((HttpStatusCode.OK, 1), (again.Status, parking.EffectCount));
        Assert.Contains("처음 보낸 내용은 이미 접수되었습니다", again.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/t\"", again.Html, StringComparison.Ordinal);
        Assert.Contains("한 대 더 있어요", again.Html, StringComparison.Ordinal);
        Assert.NotEqual(IdOf(form), IdOf(again));
        Assert.Equal($"{Path}/done", (await visitor.Submit(again, Send, Filled)).Location);
        Assert.Equal(2, parking.EffectCount);
        // Whoever sent something else since would be led to the wrong report.
        var later = await visitor.Submit(form, Send, ("place", "37.7645, 128.8996"), ("category", "sidewalk"));
        Assert.DoesNotContain("보낸 신고 보기", later.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Photos_chosen_after_going_back_are_added_and_none_is_there_twice()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        byte[] first = [0xFF, 0xD8, 0xFF, 0xE0];
        byte[] second = [0xFF, 0xD8, 0xFF, 0xE1];

        await visitor.SubmitFiles(form, Send, [("photos", first)], Filled);
        await visitor.SubmitFiles(form, Send, [("photos", second), ("photos", first)], Filled);

        Assert.Equal(3, parking.Photos.Count);
        Assert.Equal(2, parking.Photos.Select(p => (p.RequestId, p.Content)).Distinct().Count());
        Assert.Equal(2, parking.Photos.Select(p => p.RequestId).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task What_is_missing_is_named_and_what_was_typed_stays_with_its_request_id()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path + "?code=GK-7");

        var again = await visitor.Submit(form, Send, ("place", "here"), ("codes", "GK-7"), ("note", "옆 가게"));

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Contains("위치를 표시해 주세요", again.Text, StringComparison.Ordinal);
        Assert.Contains("어떤 곳인지 골라 주세요", again.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"GK-7\"", again.Html, StringComparison.Ordinal);
        Assert.Contains("옆 가게", again.Html, StringComparison.Ordinal);
        Assert.Equal(IdOf(form), IdOf(again));
        Assert.Empty(parking.Created);
    }

    [Fact]
    public async Task A_service_that_is_down_costs_nothing_but_time_and_a_repeat_is_the_same_request()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        parking.Refusal = new Refusal(StatusCode.Unavailable, "DATABASE_UNAVAILABLE", "It does not answer.");

        var again = await visitor.Submit(form, Send, Filled);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, again.Status);
        Assert.Contains("서비스가 잠시 응답하지 않습니다", again.Text, StringComparison.Ordinal);
        Assert.Equal(IdOf(form), IdOf(again));
        parking.Refusal = null;
        Assert.Equal($"{Path}/done", (await visitor.Submit(again, Send, Filled)).Location);
    }

    [Fact]
    public async Task A_page_with_parking_gone_still_opens()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        Assert.Equal(HttpStatusCode.OK, (await visitor.Get(Path)).Status);
        var panel = await visitor.Submit(
            await visitor.Get(Path),
            Send,
            ("place", "37.7645, 128.8996"),
            ("do", "place")
        );
        Assert.Contains("이 위치의 규정 정보를 불러올 수 없습니다", panel.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await visitor.Get("/map/gangneung-kick/zones.json")).Status);
    }

    [Fact]
    public async Task Without_scripts_a_row_is_added_and_the_rules_of_a_place_are_shown()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        Assert.Equal(2, Rows(form));

        var wider = await visitor.Submit(form, Send, ("codes", "A-1"), ("do", "row"));
        Assert.Equal(3, Rows(wider));
        var placed = await visitor.Submit(
            wider,
            Send,
            ("place", "37.7645 128.8996"),
            ("codes", "GK-1043"),
            ("codes", "A-1"),
            ("do", "place")
        );

        Assert.Contains("오늘 오전 10:30", placed.Text, StringComparison.Ordinal);
        Assert.Contains("15,000원", placed.Text, StringComparison.Ordinal);
        // A code of a vehicle nearby stands in its box, any other in a row.
        Assert.Contains("name=\"codes\" value=\"GK-1043\" checked", placed.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"A-1\"", placed.Html, StringComparison.Ordinal);
        Assert.Equal(IdOf(form), IdOf(placed));
        Assert.Empty(parking.Created);
    }

    [Fact]
    public async Task The_panel_alone_answers_a_part_of_a_page()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        var panel = await visitor.SubmitTo(
            Path + "/place",
            form,
            Send,
            ("place", "37.7645, 128.8996"),
            ("category", "sidewalk")
        );
        Assert.DoesNotContain("<html", panel.Html, StringComparison.Ordinal);
        Assert.Contains("GK-2210", panel.Text, StringComparison.Ordinal);
        var asked = Assert.IsType<LookUpPlaceRequest>(Assert.Single(parking.Acts));
        Assert.Equal("sidewalk", asked.Category);
    }

    [Fact]
    public async Task A_photo_that_is_refused_costs_neither_the_report_nor_the_other_photos()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE0];
        byte[] large = [.. jpeg, .. new byte[3 * 1024 * 1024]];
        (string, byte[])[] files = [("photos", jpeg), ("photos", "<svg/>"u8.ToArray()), ("photos", large)];

        var sent = await visitor.SubmitFiles(form, Send, files, Filled);
        await visitor.SubmitFiles(form, Send, files, Filled);

        var done = await visitor.Follow(sent);
        Assert.Contains("보내지 못한 사진이 있습니다", done.Text, StringComparison.Ordinal);
        Assert.Contains("사진 파일이 아닙니다", done.Text, StringComparison.Ordinal);
        Assert.Contains("3메가바이트보다 큰", done.Text, StringComparison.Ordinal);
        // Sent twice, each photo under one id of its own.
        Assert.Equal(4, parking.Photos.Count);
        Assert.Equal(2, parking.Photos.Select(p => p.RequestId).Distinct(StringComparer.Ordinal).Count());
        Assert.All(parking.Photos, p => Assert.Equal(4, Guid.Parse(p.RequestId).Version));
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_turned_away_with_a_sentence()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        var page = await visitor.SubmitFiles(form, Send, [("photos", new byte[17 * 1024 * 1024])], Filled);
        Assert.True(page.Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{page.Status}");
        Assert.Empty(parking.Created);
    }

    [Theory]
    [InlineData("/p/nobody")]
    [InlineData("/p/nobody/done")]
    [InlineData("/map/nobody/zones.json")]
    public async Task An_unknown_client_has_no_page(string path)
    {
        await using var house = await WebHouse.Start(one);
        using var visitor = house.Visit();
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.Get(path)).Status);
    }

    [Fact]
    public async Task The_map_is_drawn_from_zones()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var map = await visitor.Get("/map/gangneung-kick/zones.json");
        Assert.Contains("\"parking\":\"forbidden\"", map.Html, StringComparison.Ordinal);
        Assert.Contains("MultiPolygon", map.Html, StringComparison.Ordinal);
    }

    private static string IdOf(Page page) => page.Form(Send).Hidden.Single(h => h.Name == "request_id").Value;

    private static int Rows(Page page) =>
        page.Html.Split("type=\"text\" class=\"code asks\" name=\"codes\"", StringSplitOptions.None).Length - 1;
}
