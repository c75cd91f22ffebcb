using System.Net;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Faults;
using Mobility.Tests.Support;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>A rider beside a vehicle, before the real Faults and without the other services.</summary>
public sealed class RiderPagesTests(OneService<WebApp> one) : IClassFixture<OneService<WebApp>>
{
    private const string Path = "/r/gangneung-kick";

    [Fact]
    public async Task Who_is_not_signed_in_is_asked_what_happened_and_comes_back_to_the_code()
    {
        await using var faults = await FaultsHouse.Open();
        await using var house = await WebHouse.Start(
            faults: WebHouse.UrlOf(faults.Service),
            clock: faults.Service.Clock
        );
        using var visitor = house.Visit();
        var door = await visitor.Get($"{Path}/gn-0001");
        Assert.Contains("GN-0001 차량, 무슨 일인가요?", door.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/p/gangneung-kick?code=GN-0001\"", door.Html, StringComparison.Ordinal);

        await SignIn(visitor, faults, faults.Rider);

        Assert.Equal($"{Path}/GN-0001", (await visitor.Get(Path)).Location);
        Assert.Null((await visitor.Get(Path)).Location);
    }

    [Fact]
    public async Task A_fault_is_reported_with_one_tap_and_shown_with_the_parts_that_are_there()
    {
        await using var faults = await FaultsHouse.Open();
        await using var house = await WebHouse.Start(
            faults: WebHouse.UrlOf(faults.Service),
            clock: faults.Service.Clock
        );
        using var visitor = house.Visit();
        var vehicle = await faults.Register("GN-0001");
        var ride = await faults.Rpc.RecordRideAsync(faults.RideOn(vehicle, faults.Rider), faults.AsOperator);
        await SignIn(visitor, faults, faults.Rider);
        var ask = await visitor.Get($"{Path}/GN-0001");
        Assert.Equal("no-cache, private", ask.Reply.Headers.CacheControl?.ToString());

        var tap = new[] { ("riding", "yes"), ("category", "UNLOCK_FAILED") };
        var sent = await visitor.Submit(ask, $"{Path}/GN-0001/send", tap);
        var twice = await visitor.Submit(ask, $"{Path}/GN-0001/send", tap);

        Assert.Equal(sent.Location, twice.Location);
        var page = await visitor.Follow(sent);
        Assert.Contains("잠금 해제 실패", page.Text, StringComparison.Ordinal);
        Assert.Contains("신고를 받았습니다. 곧 확인합니다.", page.Text, StringComparison.Ordinal);
        Assert.Contains("지금은 환불 정보를 불러올 수 없습니다", page.Text, StringComparison.Ordinal);
        var fault = Assert.Single(
            (
                await faults.Rpc.ListFaultsAsync(new ListFaultsRequest { Parent = FaultsHouse.Parent }, faults.AsRider)
            ).Faults
        );
        Assert.Equal((ride.Name, Channel.App), (fault.Ride, fault.Channel));
        Assert.Contains("GN-0001 · 잠금 해제 실패", (await visitor.Get(Path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_sees_the_report_of_another_rider()
    {
        await using var faults = await FaultsHouse.Open();
        await using var house = await WebHouse.Start(
            faults: WebHouse.UrlOf(faults.Service),
            clock: faults.Service.Clock
        );
        using var visitor = house.Visit();
        using var other = house.Visit();
        await SignIn(visitor, faults, faults.Rider);
        await SignIn(other, faults, faults.OtherRider);
        var ask = await visitor.Get($"{Path}/GN-0001");
        var sent = await visitor.Submit(
            ask,
            $"{Path}/GN-0001/send",
            ("category", "FLAT_TIRE"),
            ("note", "marker-7391")
        );

        var page = await other.Get(sent.Location!);

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.DoesNotContain("GN-0001", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("GN-0001", (await other.Get(Path)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(house.Service.LogLines, l => l.Contains("marker-7391", StringComparison.Ordinal));
        using var stranger = house.Visit();
        Assert.Equal("/sign-in", (await stranger.Get(sent.Location!)).Location);
    }

    [Fact]
    public async Task A_category_that_does_not_exist_is_named_and_the_note_stays()
    {
        await using var faults = await FaultsHouse.Open();
        await using var house = await WebHouse.Start(
            faults: WebHouse.UrlOf(faults.Service),
            clock: faults.Service.Clock
        );
        using var visitor = house.Visit();
        await SignIn(visitor, faults, faults.Rider);
        var ask = await visitor.Get($"{Path}/GN-0001");
        var page = await visitor.Submit(ask, $"{Path}/GN-0001/send", ("category", "NONSENSE"), ("note", "삐걱거려요"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("무엇이 문제인지 골라 주세요", page.Text, StringComparison.Ordinal);
        Assert.Contains("삐걱거려요", page.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GN 0001", "차량 번호는 영문자, 숫자, 붙임표만 씁니다.")]
    [InlineData("<script>", "차량 번호는 영문자, 숫자, 붙임표만 씁니다.")]
    public async Task A_code_that_no_vehicle_can_have_is_named(string code, string words)
    {
        await using var house = await WebHouse.Start(one);
        using var visitor = house.Visit();
        var page = await visitor.Get($"{Path}?code={Uri.EscapeDataString(code)}");
        Assert.Contains(words, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_typed_code_leads_to_its_page()
    {
        await using var house = await WebHouse.Start(one);
        using var visitor = house.Visit();
        Assert.Equal($"{Path}/GN-0001", (await visitor.Get($"{Path}?code=gn-0001")).Location);
    }

    private static async Task SignIn(Visitor visitor, FaultsHouse faults, string rider)
    {
        var token = TestIssuer.Token(Role.Rider, rider, faults.Now);
        using var content = new FormUrlEncodedContent([new("token", token)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/session") { Content = content };
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.Send(request)).Status);
    }
}
