using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>What the sidecar would never send, and what a stranger would.</summary>
public sealed class HostileDeliveryTests(HostileDeliveryTests.OneThings one)
    : IClassFixture<HostileDeliveryTests.OneThings>
{
    private static int sequences;

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{\"id\":\"\u0001\"}")]
    [InlineData("{\"data\":\"\\ud800\",\"datacontenttype\":\"text/plain\"}")]
    [InlineData("{\"subject\":\"\u00ff\",\"data\":{}}")]
    public async Task A_body_that_is_no_event_is_dropped_without_an_error_line_and_a_stranger_gets_401(string body)
    {
        await using var service = await one.Visit();
        foreach (var route in (string[])["/events", "/dead-letters"])
        {
            // Latin-1 makes of ÿ a byte that is no UTF-8.
            var reply = await Post(service, Encoding.Latin1.GetBytes(body), TestService.AppApiToken, route);
            Assert.Contains(reply, new[] { HttpStatusCode.OK, HttpStatusCode.BadRequest });
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(service, Encoding.Latin1.GetBytes(body), "x", route));
        }
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await Post(service, "{"u8.ToArray(), "x", "/healthz"));
    }

    [Fact]
    public async Task Headers_that_came_with_the_request_are_not_taken_for_those_of_the_envelope()
    {
        await using var service = await new ThingApp().Start();
        var envelope = Changed("""{"revision":"1"}""");
        envelope["topic"] = "refunds";
        var body = Encoding.UTF8.GetBytes(envelope.ToJsonString());
        await Post(service, body, TestService.AppApiToken, "/events", ("cloudevent.topic", "faults"));
        Assert.Equal(0, await ThingApp.Count(service));
        Assert.Equal(["SOURCE_NOT_OWNER"], await Parked(service));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"revision\":\"\\u0000\"}")]
    [InlineData("{\"revision\":1e400}")]
    [InlineData("{\"revision\":99999999999999999999}")]
    [InlineData("{\"state\":{}}")]
    [InlineData("{\"updateTime\":\"0000-99-99T99:99:99Z\"}")]
    public async Task Data_that_cannot_be_read_is_parked_whatever_is_wrong_with_it(string data)
    {
        await using var service = await one.Visit();
        var before = await Parked(service);
        var text = Changed("{}").ToJsonString().Replace("\"data\":{}", $"\"data\":{data}", StringComparison.Ordinal);
        var reply = await Post(service, Encoding.UTF8.GetBytes(text), TestService.AppApiToken, "/events");
        Assert.Equal(HttpStatusCode.OK, reply);
        Assert.Equal([.. before, "DATA_UNREADABLE"], await Parked(service));
    }

    [Fact]
    public async Task A_control_event_that_cannot_be_read_is_dropped_and_holds_up_nobody()
    {
        await using var service = await one.Visit();
        var broken = Changed("""{"last":"many"}""");
        broken["topic"] = "control";
        broken["type"] = "mobility.platform.v1.Watermark";
        Assert.Equal(HttpStatusCode.OK, (await service.Deliver(broken)).StatusCode);
    }

    private static JsonObject Changed(string data)
    {
        var number = Interlocked.Increment(ref sequences);
        var envelope = TestService.EnvelopeOf(ThingApp.Changed(), "faults", number, ThingApp.Thing);
        envelope["data"] = JsonNode.Parse(data);
        return envelope;
    }

    private static async Task<HttpStatusCode> Post(
        TestService service,
        byte[] body,
        string token,
        string route,
        (string Name, string Value)? header = null
    )
    {
        using var http = new HttpClient { BaseAddress = service.Http };
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
        request.Headers.Add("dapr-api-token", token);
        if (header is { } extra)
        {
            request.Headers.Add(extra.Name, extra.Value);
        }
        using var reply = await http.SendAsync(request);
        return reply.StatusCode;
    }

    private static Task<IReadOnlyList<string>> Parked(TestService service) =>
        service.Rows<string>("""SELECT reason FROM inbox_parked""");

    /// <summary>What is sent here is dropped or parked and does nothing: one service bears it all.</summary>
    public sealed class OneThings() : OneService(() => new ThingApp().Start());
}
