using System.Net;
using Mobility.Parking.V1;
using Mobility.Tests.Parking;
using Mobility.Web.Public;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>The reporter's pages before the real Parking: they understand each other, and nobody learns of
/// others.</summary>
public sealed class ReporterJourneyTests
{
    private const string Path = "/p/gangneung-kick";
    private const string Send = Path + "/send";

    [Fact]
    public async Task A_report_with_a_photo_is_filed_looked_at_and_taken_back()
    {
        await using var parking = await ParkingHouse.Open();
        await using var house = await Start(parking);
        using var visitor = house.Visit();
        await parking.Vehicle("GK-1043");
        var form = await visitor.Get(Path);
        var looked = await visitor.Submit(form, Send, ("place", "37.7645, 128.8996"), ("do", "place"));
        Assert.Contains("신고 후 90분 안에 치우지 않으면 견인", looked.Text, StringComparison.Ordinal);

        (string, byte[])[] photos = [("photos", TestImages.Jpeg())];
        var sent = await visitor.SubmitFiles(form, Send, photos, Filled("GK-1043"));
        var twice = await visitor.SubmitFiles(form, Send, photos, Filled("GK-1043"));

        Assert.Equal((HttpStatusCode.SeeOther, sent.Location), (twice.Status, twice.Location));
        var done = await visitor.Follow(sent);
        Assert.DoesNotContain("보내지 못한 사진", done.Text, StringComparison.Ordinal);
        var filed = Assert.Single(await parking.EventsOf<ComplaintFiled>());
        Assert.Equal(ComplaintState.Filed, filed.Complaint.State);
        var page = await visitor.Get("/t");
        var photo = await visitor.Get(page.Html.Split("<img src=\"")[1].Split('"')[0]);
        Assert.Equal("image/jpeg", photo.Reply.Content.Headers.ContentType?.MediaType);
        var back = await visitor.Follow(await visitor.Submit(page, "/t/withdraw"));
        Assert.Contains("신고를 취소했습니다.", back.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/t/withdraw\"", back.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_sees_anything_of_another_reporter_but_that_there_are_others()
    {
        await using var parking = await ParkingHouse.Open();
        await using var house = await Start(parking);
        using var first = house.Visit();
        using var second = house.Visit();
        await parking.Vehicle("GK-1043");
        (string, string)[] marked =
        [
            .. Filled("GK-1043"),
            ("note", "marker-note-4417"),
            ("contact", "marker-contact-4417"),
        ];
        await Report(first, marked);
        await Report(second, Filled("GK-1043"));

        var page = await second.Get("/t");

        Assert.Contains("다른 1명도 신고했습니다", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("marker-", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("marker-", (await first.Get("/t")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain(house.Service.LogLines, l => l.Contains("marker-", StringComparison.Ordinal));
        Assert.DoesNotContain(parking.Service.LogLines, l => l.Contains("marker-", StringComparison.Ordinal));

        static async Task Report(Visitor visitor, (string, string)[] fields) =>
            await visitor.Follow(await visitor.Submit(await visitor.Get(Path), Send, fields));
    }

    [Fact]
    public async Task What_parking_refuses_becomes_sentences()
    {
        await using var parking = await ParkingHouse.Open();
        await using var house = await Start(parking);
        using var visitor = house.Visit();
        var form = await visitor.Get(Path);
        foreach (var place in new[] { "0, 0", "128.8996, 37.7645", "91, 181" })
        {
            var page = await visitor.Submit(form, Send, ("place", place), ("category", "storefront"), ("do", "send"));
            Assert.Equal((place, HttpStatusCode.OK), (place, page.Status));
            Assert.True(page.Text.Contains("위치를 표시해 주세요", StringComparison.Ordinal), place + page.Text);
        }
        var tooLong = await visitor.Submit(form, Send, [.. Filled("GK-1"), ("note", new string('가', 4001))]);
        Assert.Contains("4,000자까지", tooLong.Text, StringComparison.Ordinal);
        Assert.Empty(await parking.EventsOf<ComplaintFiled>());
    }

    [Fact]
    public async Task A_code_without_hyphens_and_in_small_letters_opens_the_same_report()
    {
        await using var parking = await ParkingHouse.Open();
        await using var house = await Start(parking);
        using var visitor = house.Visit();
        var complaint = await parking.File("GK-1043");
        var typed = complaint.TrackingCode.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        var opened = await visitor.Submit(await visitor.Get("/t"), "/t", ("tracking_code", typed));
        Assert.Equal(TrackingPages.Path, opened.Location);
        Assert.Contains("GK-1043", (await visitor.Follow(opened)).Text, StringComparison.Ordinal);
    }

    private static Task<WebHouse> Start(ParkingHouse parking) =>
        WebHouse.Start(parking: WebHouse.UrlOf(parking.Service), clock: parking.Service.Clock);

    private static (string, string)[] Filled(string code) =>
        [("place", "37.7645, 128.8996"), ("category", "storefront"), ("codes", code), ("do", "send")];
}
