using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Faults;
using Mobility.Tests.Support;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>The twins for programs.</summary>
public sealed class ApiTests(OneWebBeforeParking one) : IClassFixture<OneWebBeforeParking>
{
    private const string Client = "/api/v1/clients/gangneung-kick";

    private const string Complaint = """
        {"point":{"latitude":37.7645,"longitude":128.8996},"category":"storefront","printed_codes":["GK-1043"],
         "channel":"COMPLAINT_CHANNEL_WEB","language":"en"}
        """;

    [Fact]
    public async Task A_complaint_is_filed_tracked_and_taken_back()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();

        var made = await Post(visitor, $"{Client}/complaints", Complaint, RequestIds.New());
        var code = (string?)Json(made)["tracking_code"];
        var tracked = await Post(visitor, "/api/v1/complaints/track", $$"""{"tracking_code":"{{code}}"}""");
        var key = RequestIds.New();
        await Post(visitor, "/api/v1/complaints/withdraw", $$"""{"tracking_code":"{{code}}"}""", key);

        Assert.Equal("application/json", made.Reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal("COMPLAINT_STATE_FILED", (string?)Json(tracked)["state"]);
        Assert.Equal(2, (int?)Json(tracked)["other_complaint_count"]);
        Assert.Equal(key, Assert.IsType<WithdrawComplaintRequest>(Assert.Single(parking.Acts)).RequestId);
        Assert.Equal("no-store", made.Reply.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_key_makes_repeats_one_effect()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        var key = RequestIds.New();
        await Post(visitor, $"{Client}/complaints", Complaint, key);
        await Post(visitor, $"{Client}/complaints", Complaint, key);
        Assert.Equal((2, 1), (parking.Created.Count, parking.EffectCount));
        Assert.All(parking.Created, c => Assert.Equal(key, c.RequestId));
    }

    [Fact]
    public async Task Photos_feedback_reopening_and_places_have_their_twins()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        const string code = $"\"tracking_code\":\"{FakeParking.Code}\"";
        var jpeg = Convert.ToBase64String([0xFF, 0xD8, 0xFF, 0xE0]);

        var photo = await Post(
            visitor,
            "/api/v1/complaints/photos",
            $$"""{{{code}},"content":"{{jpeg}}"}""",
            RequestIds.New()
        );
        await Post(
            visitor,
            "/api/v1/complaints/feedback",
            "{" + code + ",\"feedback\":{\"verdict\":\"FEEDBACK_VERDICT_HELPED\"}}",
            RequestIds.New()
        );
        await Post(visitor, "/api/v1/complaints/reopen", $$"""{{{code}},"note":"still there"}""", RequestIds.New());
        var place = await Post(
            visitor,
            $"{Client}/places/look-up",
            """{"point":{"latitude":37.7645,"longitude":128.8996}}"""
        );

        Assert.Equal("image/jpeg", (string?)Json(photo)["media_type"]);
        Assert.Equal(90, (int?)Json(place)["rule"]!["grace_minutes"]);
        Assert.Equal("clients/gangneung-kick", parking.Acts.OfType<LookUpPlaceRequest>().Single().Parent);
        Assert.Single(parking.Acts.OfType<GiveComplaintFeedbackRequest>());
        Assert.Single(parking.Acts.OfType<ReopenComplaintRequest>());
    }

    [Fact]
    public async Task A_rider_reports_a_fault_and_reads_own_ones_alone()
    {
        await using var faults = await FaultsHouse.Open();
        await using var house = await WebHouse.Start(
            faults: WebHouse.UrlOf(faults.Service),
            clock: faults.Service.Clock
        );
        using var visitor = house.Visit();
        var token = TestIssuer.Token(Role.Rider, faults.Rider, faults.Now);
        const string body = """{"printed_code":"GN-0001","category":"FLAT_TIRE","channel":"CHANNEL_APP"}""";

        var made = await Post(visitor, $"{Client}/faults", body, RequestIds.New(), token);
        var name = (string)Json(made)["name"]!;
        var got = await Get(visitor, $"/api/v1/{name}", token);
        var listed = await Get(visitor, $"{Client}/faults?page_size=1", token);
        var foreign = await Get(
            visitor,
            $"/api/v1/{name}",
            TestIssuer.Token(Role.Rider, faults.OtherRider, faults.Now)
        );

        Assert.Equal(name, (string?)Json(got)["name"]);
        Assert.Equal(name, (string?)Json(listed)["faults"]![0]!["name"]);
        Assert.Equal((HttpStatusCode.NotFound, "FAULT_NOT_FOUND"), (foreign.Status, (string?)Json(foreign)["reason"]));
    }

    [Fact]
    public async Task A_refusal_is_problem_json_with_reason_and_every_violation()
    {
        await using var parking = await FakeParking.Start();
        await using var house = await WebHouse.Start(parking: parking.Url);
        using var visitor = house.Visit();
        parking.Refusal = Refusal.Fields([new("complaint.point", "must be set"), new("request_id", "must be a UUID")]);

        var page = await Post(visitor, $"{Client}/complaints", "{}");

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Equal("application/problem+json", page.Reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            ("FIELD_INVALID", "INVALID_ARGUMENT"),
            ((string?)Json(page)["reason"], (string?)Json(page)["code"])
        );
        Assert.Equal(
            ["complaint.point", "request_id"],
            Json(page)["violations"]!.AsArray().Select(v => (string?)v!["field"])
        );
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("""{"no_such_field":1}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"point":{"latitude":"NaN","longitude":"x"}}""", HttpStatusCode.BadRequest)]
    public async Task A_body_that_cannot_be_read_is_refused(string body, HttpStatusCode status)
    {
        await using var house = await WebHouse.Start(one);
        using var visitor = house.Visit();
        var page = await Post(visitor, $"{Client}/complaints", body, RequestIds.New());
        Assert.Equal((status, "REQUEST_UNREADABLE"), (page.Status, (string?)Json(page)["reason"]));
        Assert.Empty((await one.Parking).Created);
    }

    [Fact]
    public async Task A_service_that_is_down_is_503_and_an_unknown_path_404()
    {
        await using var house = await WebHouse.Start();
        using var visitor = house.Visit();
        var down = await Post(visitor, $"{Client}/complaints", Complaint, RequestIds.New());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "UNAVAILABLE"), (down.Status, (string?)Json(down)["code"]));
        var missing = await Get(visitor, "/api/v1/nothing", token: null);
        Assert.Equal((HttpStatusCode.NotFound, "PAGE_NOT_FOUND"), (missing.Status, (string?)Json(missing)["reason"]));
    }

    [Fact]
    public async Task The_cookie_of_a_session_is_no_token_for_the_api()
    {
        await using var faults = await FaultsHouse.Open();
        await using var house = await WebHouse.Start(
            faults: WebHouse.UrlOf(faults.Service),
            clock: faults.Service.Clock
        );
        using var visitor = house.Visit();
        using var content = new FormUrlEncodedContent([
            new("token", TestIssuer.Token(Role.Rider, faults.Rider, faults.Now)),
        ]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/session") { Content = content };
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.Send(request)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(visitor, $"{Client}/faults", token: null)).Status);
    }

    private static JsonNode Json(Page page) => JsonNode.Parse(page.Html)!;

    private static async Task<Page> Get(Visitor visitor, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await visitor.Send(request);
    }

    private static async Task<Page> Post(
        Visitor visitor,
        string path,
        string body,
        string? key = null,
        string? token = null
    )
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await visitor.Send(request);
    }
}
