using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mobility.Sidecar.Events;

/// <summary>Makes the CloudEvent that is stored and delivered, with exactly the attributes that daprd writes.</summary>
public static class Envelope
{
    public const string ContentType = "application/cloudevents+json";
    private const string DefaultSource = "Dapr";
    private const string DefaultType = "com.dapr.event.sent";
    private const string SpecVersion = "1.0";

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes to store, or null when the body claims to be a CloudEvent and is none.</summary>
    /// <param name="request">The call.</param>
    /// <param name="appId">Source of an event that does not name its own.</param>
    /// <param name="now">Time of an event that does not carry one.</param>
    public static byte[]? Build(PublishRequest request, string appId, DateTimeOffset now)
    {
        string mediaType = request.ContentType.Split(';')[0].Trim().ToLowerInvariant();
        return mediaType == ContentType ? PassThrough(request, now) : Write(Wrap(request, mediaType, appId, now));
    }

    private static byte[]? PassThrough(PublishRequest request, DateTimeOffset now)
    {
        if (ParseFirst(request.Data.Span) is not { ValueKind: JsonValueKind.Object } root)
            return null;
        var attributes = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
            attributes[property.Name] = property.Value;
        attributes.TryAdd("time", Rfc3339(now));
        // daprd's own rule: without a traceid, the event's traceparent is replaced as well.
        if (attributes.TryAdd("traceid", request.Trace.Parent))
            attributes["traceparent"] = request.Trace.Parent;
        attributes.TryAdd("tracestate", request.Trace.State);
        attributes["topic"] = request.Topic;
        attributes["pubsubname"] = request.PubSub;
        SetIfNull(attributes, "source", DefaultSource);
        SetIfNull(attributes, "type", DefaultType);
        SetIfNull(attributes, "specversion", SpecVersion);
        return Write(attributes);
    }

    private static SortedDictionary<string, object> Wrap(
        PublishRequest request,
        string mediaType,
        string appId,
        DateTimeOffset now
    )
    {
        string Override(string name) => request.Metadata.GetValueOrDefault("cloudevent." + name, "");
        string trace = FirstOf(Override("traceparent"), Override("traceid"), request.Trace.Parent);
        var attributes = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["id"] = FirstOf(Override("id"), Guid.CreateVersion7(now).ToString()),
            ["specversion"] = SpecVersion,
            ["datacontenttype"] = FirstOf(request.ContentType, "text/plain"),
            ["source"] = FirstOf(Override("source"), appId),
            ["type"] = FirstOf(Override("type"), DefaultType),
            ["topic"] = request.Topic,
            ["pubsubname"] = request.PubSub,
            ["traceid"] = trace,
            ["traceparent"] = trace,
            ["tracestate"] = FirstOf(Override("tracestate"), request.Trace.State),
            ["time"] = Rfc3339(now),
        };
        if (Override("subject") is { Length: > 0 } subject)
            attributes["subject"] = subject;
        ReadOnlySpan<byte> data = request.Data.Span;
        if (mediaType is "application/octet-stream" or "application/cloudevents+protobuf")
            attributes["data_base64"] = Convert.ToBase64String(data);
        else if (mediaType == "application/json" && ParseFirst(data) is { } json)
            attributes["data"] = json;
        else
            attributes["data"] = Encoding.UTF8.GetString(data);
        return attributes;
    }

    // Like Go's decoder: the first JSON value counts, what follows it does not.
    private static JsonElement? ParseFirst(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data);
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void SetIfNull(SortedDictionary<string, object> attributes, string name, string value)
    {
        if (
            !attributes.TryGetValue(name, out object? present)
            || present is JsonElement { ValueKind: JsonValueKind.Null }
        )
            attributes[name] = value;
    }

    private static byte[] Write(SortedDictionary<string, object> attributes)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Writing))
        {
            writer.WriteStartObject();
            foreach ((string name, object value) in attributes)
            {
                writer.WritePropertyName(name);
                if (value is JsonElement element)
                    element.WriteTo(writer);
                else
                    writer.WriteStringValue((string)value);
            }
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static string FirstOf(params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
        {
            if (text.Length > 0)
                return text;
        }
        return "";
    }

    private static string Rfc3339(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
