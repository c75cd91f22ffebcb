using System.Net;
using Mobility.Parking.V1;
using Mobility.Web.Public;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>What became of a report, for who holds its code.</summary>
public sealed class TrackingPagesTests(OneWebBeforeParking one) : IClassFixture<OneWebBeforeParking>
{
    public static TheoryData<ComplaintState, string> States =>
        new()
        {
            { ComplaintState.Filed, "담당자가 확인할 차례입니다." },
            { ComplaintState.Held, "담당자가 먼저 살펴본 뒤 처리합니다." },
            { ComplaintState.Upheld, "신고 내용이 맞아 치우기로 했습니다." },
            { ComplaintState.Dispatched, "현장 직원이 가고 있습니다." },
            { ComplaintState.Resolved, "처리를 마쳤습니다." },
            { ComplaintState.Rejected, "확인 결과 처리하지 않기로 했습니다." },
            { ComplaintState.Withdrawn, "신고를 취소했습니다." },
        };

    [Theory]
    [MemberData(nameof(States))]
    public async Task Every_state_is_told_in_words(ComplaintState state, string words)
    {
        await using var house = await WebHouse.Start(one);
        using var visitor = house.Visit();
        (await one.Parking).Tracked = FakeParking.NewTracked(state);

        var page = await Open(visitor);

        Assert.Contains(words, page.Text, StringComparison.Ordinal);
        Assert.Contains("GK-1043, GK-2210", page.Text, StringComparison.Ordinal);
        Assert.Contains("신고를 접수했습니다.", page.Text, StringComparison.Ordinal);
        Assert.Equal("no-store", page.Reply.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task The_time_that_is_left_is_told_and_then_by_how_much_it_is_over()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        Assert.Contains("1시간 30분 남음", (await Open(visitor)).Text, StringComparison.Ordinal);
        house.Clock.Advance(TimeSpan.FromMinutes(91));
        Assert.Contains("기한이 1분 지남", (await visitor.Get("/t")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guessed_code_is_told_nothing_and_no_address_carries_a_code()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var page = await visitor.Submit(await visitor.Get("/t"), "/t", ("tracking_code", "AAAA-BBBB-CCCC"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("조회 번호에 맞는 신고가 없습니다", page.Text, StringComparison.Ordinal);
        Assert.Null(page.Location);
        Assert.DoesNotContain(house.Service.LogLines, l => l.Contains("AAAA-BBBB", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_report_is_taken_back_answered_and_reopened_by_its_holder()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var open = await Open(visitor);
        await visitor.Follow(await visitor.Submit(open, "/t/withdraw"));
        parking.Tracked = FakeParking.NewTracked(ComplaintState.Resolved);
        var answered = await visitor.Get("/t");
        await visitor.Follow(await visitor.Submit(answered, "/t/feedback", ("verdict", "no"), ("text", "아직 있어요")));
        await visitor.Follow(await visitor.Submit(answered, "/t/reopen", ("note", "그대로입니다")));

        var acts = parking.Acts.ToArray();
        var withdrawn = Assert.IsType<WithdrawComplaintRequest>(acts[0]);
        Assert.Equal((FakeParking.Code, 4), (withdrawn.TrackingCode, Guid.Parse(withdrawn.RequestId).Version));
        var feedback = Assert.IsType<GiveComplaintFeedbackRequest>(acts[1]);
        Assert.Equal((FeedbackVerdict.DidNotHelp, "아직 있어요"), (feedback.Feedback.Verdict, feedback.Feedback.Text));
        Assert.Equal("그대로입니다", Assert.IsType<ReopenComplaintRequest>(acts[2]).Note);
    }

    [Fact]
    public async Task A_photo_is_shown_to_the_holder_and_to_nobody_else()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        parking.Tracked = FakeParking.NewTracked(ComplaintState.Resolved);
        var page = await Open(visitor);
        var path = page.Html.Split("<img src=\"")[1].Split('"')[0];

        var photo = await visitor.Get(path);

        Assert.Equal("image/png", photo.Reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(photo.Reply.Headers.GetValues("X-Content-Type-Options")));
        using var stranger = house.Visit();
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get(path)).Status);
    }

    [Fact]
    public async Task Photos_are_added_later_and_a_refused_one_is_named()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var page = await Open(visitor);
        var after = await visitor.Follow(
            await visitor.SubmitFiles(page, "/t/photos", [("photos", "GIF89a"u8.ToArray())])
        );
        Assert.Contains("사진 파일이 아닙니다", after.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_code_is_asked_for_once_the_first_is_put_away()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var page = await Open(visitor);
        var empty = await visitor.Follow(await visitor.Submit(page, "/t/close"));
        Assert.DoesNotContain(FakeParking.Code, empty.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_that_we_did_not_seal_opens_nothing()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        await Open(visitor);
        var cookie = visitor.Cookies.GetCookies(house.Service.Http).Single(c => c.Name == "mobility-tracking");
        Assert.DoesNotContain(FakeParking.Code, cookie.Value, StringComparison.Ordinal);
        Assert.True(cookie.HttpOnly);
        foreach (var forged in new[] { "x", cookie.Value[..^4] + "AAAA", new string('A', 100) })
        {
            visitor.Cookies.Add(new Cookie(cookie.Name, forged, "/", cookie.Domain));
            var page = await visitor.Get(TrackingPages.Path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.DoesNotContain("GK-1043", page.Text, StringComparison.Ordinal);
        }
    }

    private static async Task<Page> Open(Visitor visitor) =>
        await visitor.Follow(await visitor.Submit(await visitor.Get("/t"), "/t", ("tracking_code", FakeParking.Code)));
}
