using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dapr;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>What an application does with a delivery of its sidecar: unwrap it, and know who sent it.</summary>
public sealed class StandInsDaprWebTests
{
    [Fact]
    public async Task A_json_payload_becomes_the_body_and_the_attributes_become_headers()
    {
        var seen = await Deliver(
            """
            {"id":"e-1","source":"faults","type":"fault.filed","sequence":"42","seq":43,
             "datacontenttype":"application/json","pubsubname":"pubsub","traceparent":"00-x","data":{"a":[1,"나"]}}
            """,
            new CloudEventsMiddlewareOptions { ForwardCloudEventPropertiesAsHeaders = true }
        );

        Assert.Equal("application/json", seen.ContentType);
        Assert.Equal("나", JsonDocument.Parse(seen.Body).RootElement.GetProperty("a")[1].GetString());
        Assert.Equal("e-1", seen.Headers["Cloudevent.id"]);
        Assert.Equal("42", seen.Headers["cloudevent.sequence"]);
        Assert.Equal("43", seen.Headers["Cloudevent.seq"]);
        Assert.Equal(
            ["cloudevent.id", "cloudevent.seq", "cloudevent.sequence", "cloudevent.source", "cloudevent.type"],
            seen.Headers.Keys.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Without_forwarding_no_attribute_becomes_a_header()
    {
        var seen = await Deliver("""{"id":"e-1","data":{}}""", new CloudEventsMiddlewareOptions());

        Assert.Empty(seen.Headers);
    }

    [Fact]
    public async Task Only_the_included_attributes_become_headers_or_all_but_the_excluded()
    {
        const string Event = """{"id":"e-1","source":"faults","type":"t","data":{}}""";

        var some = await Deliver(
            Event,
            new() { ForwardCloudEventPropertiesAsHeaders = true, IncludedCloudEventPropertiesAsHeaders = ["Id"] }
        );
        var others = await Deliver(
            Event,
            new() { ForwardCloudEventPropertiesAsHeaders = true, ExcludedCloudEventPropertiesFromHeaders = ["ID"] }
        );

        Assert.Equal(["Cloudevent.id"], some.Headers.Keys);
        Assert.Equal(["Cloudevent.source", "Cloudevent.type"], others.Headers.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"datacontenttype":"text/plain; charset=utf-16","data":"안녕"}""", "안녕", "text/plain")]
    [InlineData("""{"datacontenttype":"application/json","data":"x"}""", "\"x\"", "application/json")]
    [InlineData("""{"datacontenttype":"text/plain","data":7}""", "7", "text/plain")]
    [InlineData("""{"datacontenttype":"application/protobuf","data_base64":"YWI="}""", "ab", "application/protobuf")]
    [InlineData("""{"id":"e-1"}""", "", null)]
    public async Task A_payload_of_text_or_bytes_is_decoded(string json, string body, string? contentType)
    {
        var seen = await Deliver(json, new CloudEventsMiddlewareOptions());

        Assert.Equal(body, Encoding.UTF8.GetString(seen.Body));
        Assert.Equal(contentType, seen.ContentType);
    }

    [Fact]
    public async Task Two_payloads_in_one_event_are_refused()
    {
        var seen = await Deliver("""{"data":1,"data_base64":"YWI="}""", new CloudEventsMiddlewareOptions());

        Assert.Equal(HttpStatusCode.BadRequest, seen.Status);
    }

    [Fact]
    public async Task Another_content_type_passes_untouched()
    {
        var seen = await Deliver("""{"data":1}""", new CloudEventsMiddlewareOptions(), "application/json");

        Assert.Equal("""{"data":1}""", Encoding.UTF8.GetString(seen.Body));
    }

    [Theory]
    [InlineData("the-token", null, HttpStatusCode.Unauthorized)]
    [InlineData("the-token", "the-tokem", HttpStatusCode.Unauthorized)]
    [InlineData("the-token", "", HttpStatusCode.Unauthorized)]
    [InlineData("the-token", "the-token", HttpStatusCode.OK)]
    [InlineData("", "", HttpStatusCode.Unauthorized)]
    [InlineData("", "the-token", HttpStatusCode.Unauthorized)]
    [InlineData(null, "the-token", HttpStatusCode.Unauthorized)]
    public async Task Only_the_right_token_is_let_in(string? configured, string? given, HttpStatusCode expected)
    {
        await using var server = await StandInServer.Start(
            HttpProtocols.Http1,
            services =>
            {
                services.AddAuthentication().AddDapr(options => options.Token = configured);
                services.AddAuthorization(options => options.AddDapr());
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapPost("/events", () => Results.Ok()).RequireAuthorization("Dapr");
            }
        );
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events");
        if (given is not null)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", given);
        }

        using var response = await http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    private static async Task<Delivery> Deliver(
        string json,
        CloudEventsMiddlewareOptions options,
        string contentType = "application/cloudevents+json"
    )
    {
        Delivery? seen = null;
        await using var server = await StandInServer.Start(
            HttpProtocols.Http1,
            _ => { },
            app =>
            {
                app.UseCloudEvents(options);
                app.Run(async context => seen = await Delivery.Of(context.Request));
            }
        );
        using var http = new HttpClient();
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue(contentType, "utf-8"));
        using var response = await http.PostAsync(server.Address, content);
        return (seen ?? new Delivery([], null, new(StringComparer.OrdinalIgnoreCase))) with
        {
            Status = response.StatusCode,
        };
    }

    private sealed record Delivery(byte[] Body, string? ContentType, Dictionary<string, string> Headers)
    {
        public HttpStatusCode Status { get; init; }

        public static async Task<Delivery> Of(HttpRequest request)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var headers = request
                .Headers.Where(header => header.Key.StartsWith("Cloudevent.", StringComparison.OrdinalIgnoreCase))
                .ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                );
            return new Delivery(body.ToArray(), request.ContentType, headers);
        }
    }
}
