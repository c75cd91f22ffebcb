using System.Text.Json;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class SidecarEnvelopeTests(SidecarEnvelopeFacts.Rig shared)
    : SidecarEnvelopeFacts(shared),
        IClassFixture<SidecarEnvelopeFacts.Rig>;

/// <summary>What the application receives for what was published, on any broker: checks 3 to 11, 13, 19 and 20 of the
/// Dapr facts.</summary>
public abstract class SidecarEnvelopeFacts(SidecarEnvelopeFacts.Rig shared)
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private const string NoTrace = "00-00000000000000000000000000000000-0000000000000000-00";

    private ScriptedApp App => shared.Value.App;

    private TestSidecar Sidecar => shared.Value.Sidecar;

    // Check 3.
    [Fact]
    public async Task Without_a_content_type_data_is_plain_text()
    {
        JsonElement received = await RoundTrip("text", """{"status":"completed"}""", contentType: null);
        Assert.Equal("text/plain", Text(received, "datacontenttype"));
        Assert.Equal("""{"status":"completed"}""", Text(received, "data"));
    }

    // Check 4.
    [Fact]
    public async Task Json_stays_json_and_big_integers_keep_every_digit()
    {
        JsonElement received = await RoundTrip("json", """{"big":12345678901234567890,"name":"한글 <&>"}""");
        JsonElement data = received.GetProperty("data");
        Assert.Equal("12345678901234567890", data.GetProperty("big").GetRawText());
        Assert.Equal("한글 <&>", Text(data, "name"));
    }

    [Fact]
    public async Task Json_that_does_not_parse_arrives_as_a_string()
    {
        JsonElement received = await RoundTrip("broken", """{"a":""");
        Assert.Equal("""{"a":""", Text(received, "data"));
        Assert.Equal("application/json", Text(received, "datacontenttype"));
    }

    // Check 5.
    [Fact]
    public async Task Bytes_arrive_as_base64_and_without_data()
    {
        JsonElement received = await RoundTrip("bytes", "\u0001\u0002", "application/octet-stream");
        Assert.Equal("AQI=", Text(received, "data_base64"));
        Assert.False(received.TryGetProperty("data", out _));
    }

    // Check 6.
    [Fact]
    public async Task An_unknown_content_type_is_kept_and_its_data_is_a_string()
    {
        JsonElement received = await RoundTrip("foo", "plain", "foo/bar");
        Assert.Equal("foo/bar", Text(received, "datacontenttype"));
        Assert.Equal("plain", Text(received, "data"));
    }

    // Check 7.
    [Fact]
    public async Task The_envelope_has_exactly_its_attributes_and_names_the_app_as_source()
    {
        JsonElement received = await RoundTrip("exact", "{}");
        Assert.Equal(
            "data,datacontenttype,id,pubsubname,source,specversion,time,topic,traceid,traceparent,tracestate,type",
            string.Join(',', received.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal))
        );
        Assert.Equal("app", Text(received, "source"));
        Assert.Equal("exact", Text(received, "topic"));
        Assert.Equal("pubsub", Text(received, "pubsubname"));
        Assert.Equal("com.dapr.event.sent", Text(received, "type"));
        Assert.Equal(Text(received, "traceparent"), Text(received, "traceid"));
    }

    // Check 8.
    [Fact]
    public async Task A_trace_parent_reaches_the_envelope_and_the_application_unchanged()
    {
        using HttpResponseMessage answer = await Sidecar.Publish(
            "trace",
            "{}",
            "application/json",
            ("traceparent", Trace)
        );
        Received received = await App.Next("/trace");
        Assert.Equal(Trace, Text(received.Json, "traceparent"));
        Assert.Equal(Trace, received.Headers["traceparent"]);
        await Sidecar.Send("trace", "{}");
        Assert.Equal(NoTrace, (await App.Next("/trace")).Headers["traceparent"]);
    }

    // Check 9.
    [Fact]
    public async Task A_cloud_event_keeps_its_attributes_and_gets_topic_and_pubsub()
    {
        const string Event = """
            {"specversion":"1.0","id":"e1","type":"mobility.t","source":"faults/1","topic":"x","pubsubname":"y",
             "clientid":"c","sequence":"7","subject":"s","data":{"a":1}}
            """;
        JsonElement received = await RoundTrip("passed", Event, "application/cloudevents+json; charset=utf-8");
        Assert.Equal("e1", Text(received, "id"));
        Assert.Equal("mobility.t", Text(received, "type"));
        Assert.Equal("faults/1", Text(received, "source"));
        Assert.Equal("7", Text(received, "sequence"));
        Assert.Equal("passed", Text(received, "topic"));
        Assert.Equal("pubsub", Text(received, "pubsubname"));
        Assert.True(received.TryGetProperty("time", out _));
        Assert.False(received.TryGetProperty("datacontenttype", out _));
    }

    // A trap of daprd's own: an event's traceparent survives only beside a traceid.
    [Fact]
    public async Task A_cloud_events_trace_parent_survives_only_with_a_trace_id()
    {
        string attributes = $$""" "specversion":"1.0","id":"e2","type":"t","source":"s","traceparent":"{{Trace}}" """;
        JsonElement replaced = await RoundTrip("passed", $$"""{{{attributes}}}""", "application/cloudevents+json");
        Assert.Equal("", Text(replaced, "traceparent"));
        JsonElement kept = await RoundTrip(
            "passed",
            $$"""{{{attributes}},"traceid":"{{Trace}}"}""",
            "application/cloudevents+json"
        );
        Assert.Equal(Trace, Text(kept, "traceparent"));
    }

    // Check 10.
    [Theory]
    [InlineData("""{"}""")]
    [InlineData("[]")]
    public async Task A_body_that_is_no_cloud_event_is_refused(string body)
    {
        using HttpResponseMessage answer = await Sidecar.Publish("json", body, "application/cloudevents+json");
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal("ERR_PUBSUB_CLOUD_EVENTS_SER", await ErrorCode(answer));
    }

    // Check 11.
    [Fact]
    public async Task Metadata_overrides_attributes_of_the_envelope_in_any_case()
    {
        JsonElement received = await RoundTrip(
            "override",
            "{}",
            query: "?metadata.cloudevent.id=x&metadata.cloudevent.Type=y&metadata.cloudevent.subject=z"
        );
        Assert.Equal("x", Text(received, "id"));
        Assert.Equal("y", Text(received, "type"));
        Assert.Equal("z", Text(received, "subject"));
    }

    [Fact]
    public async Task A_hostile_trace_state_makes_no_header_of_its_own()
    {
        const string Hostile =
            """{"specversion":"1.0","id":"e4","type":"t","source":"s","tracestate":"a=b\r\nx-evil: 1"}""";
        await Sidecar.Send("override", Hostile, "application/cloudevents+json");
        Received hostile = await App.Next("/override");
        Assert.Equal("e4", hostile.Id);
        Assert.False(hostile.Headers.ContainsKey("x-evil"));
    }

    // Check 13.
    [Fact]
    public async Task A_raw_payload_flag_that_is_no_boolean_is_refused()
    {
        using HttpResponseMessage answer = await Sidecar.Publish("json?metadata.rawPayload=zzz", "{}");
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("ERR_PUBSUB_REQUEST_METADATA", await ErrorCode(answer));
    }

    // Check 19.
    [Fact]
    public async Task A_topic_may_hold_slashes_and_escaped_characters()
    {
        using HttpResponseMessage odd = await Sidecar.Publish("odd%20%25%3F%2F%EA%B0%80", "{}");
        Assert.Equal(204, (int)odd.StatusCode);
        await Sidecar.Send("with/slash", "{}");
        Assert.Equal("with/slash", Text((await App.Next("/slashed")).Json, "topic"));
    }

    // Check 20.
    [Theory]
    [InlineData(""" "traceid":12,"traceparent":{"a":1} """)]
    [InlineData(""" "traceparent":"not a trace" """)]
    [InlineData(""" "traceid":null """)]
    public async Task A_trace_that_is_not_text_harms_nobody(string trace)
    {
        string body = $$"""{"specversion":"1.0","id":"e3","type":"t","source":"s",{{trace}}}""";
        await Sidecar.Send("strange", body, "application/cloudevents+json");
        Received received = await App.Next("/strange");
        Assert.Equal("e3", received.Id);
        Assert.Equal(NoTrace, received.Headers["traceparent"]);
    }

    private async Task<JsonElement> RoundTrip(
        string topic,
        string body,
        string? contentType = "application/json",
        string query = ""
    )
    {
        await Sidecar.Send(topic + query, body, contentType);
        Received received = await App.Next("/" + topic);
        Assert.Equal("application/cloudevents+json", received.Headers["content-type"]);
        return received.Json;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task<string?> ErrorCode(HttpResponseMessage answer) =>
        JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("errorCode").GetString();

    /// <summary>One sidecar for the class; each test has a topic of its own.</summary>
    public class Rig : IAsyncLifetime
    {
        private static readonly string[] Topics =
        [
            "text",
            "json",
            "broken",
            "bytes",
            "foo",
            "exact",
            "trace",
            "passed",
            "override",
            "strange",
        ];

        public SidecarRig Value { get; private set; } = null!;

        /// <summary>The component; a class derived from this one has another broker.</summary>
        protected virtual string PubSub() => SidecarYaml.PubSub();

        public async Task InitializeAsync() =>
            Value = await SidecarRig.Start([
                PubSub(),
                SidecarYaml.Subscribe("with/slash", "/slashed"),
                .. Topics.Select(topic => SidecarYaml.Subscribe(topic)),
            ]);

        public async Task DisposeAsync() => await Value.DisposeAsync();
    }
}
