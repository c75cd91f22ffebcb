using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Dapr.AspNetCore;

/// <summary>The payload of a CloudEvent in JSON, by the rules of the format's chapter on data.</summary>
internal sealed record UnwrappedEvent(byte[] Body, string? ContentType)
{
    public const string DataName = "data";
    public const string Base64Name = "data_base64";
    public const string ContentTypeName = "datacontenttype";

    private const string Json = "application/json";

    /// <summary>Null when the event breaks the format: not an object, or with two payloads.</summary>
    public static UnwrappedEvent? Of(JsonElement envelope, bool keepTextAsJson)
    {
        if (envelope.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        var data = Find(envelope, DataName);
        var base64 = Find(envelope, Base64Name);
        var contentType = Find(envelope, ContentTypeName) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()
            : null;
        return (data, base64) switch
        {
            ({ }, { }) => null,
            ({ } value, null) => OfData(value, contentType, keepTextAsJson),
            (null, { } value) => value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes)
                ? new UnwrappedEvent(bytes, DescribeContent(contentType).ContentType)
                : null,
            _ => new UnwrappedEvent([], null),
        };
    }

    private static UnwrappedEvent OfData(JsonElement data, string? contentType, bool keepTextAsJson)
    {
        var (type, isJson) = DescribeContent(contentType);
        // Anything but a string is JSON, whatever the event says of itself.
        var bytes =
            !isJson && !keepTextAsJson && data.ValueKind == JsonValueKind.String
                ? Encoding.UTF8.GetBytes(data.GetString()!)
                : JsonSerializer.SerializeToUtf8Bytes(data);
        return new UnwrappedEvent(bytes, type);
    }

    private static (string ContentType, bool IsJson) DescribeContent(string? contentType)
    {
        if (contentType is null || !MediaTypeHeaderValue.TryParse(contentType, out var parsed))
        {
            return (Json, true);
        }
        var isJson =
            parsed.MediaType.Equals(Json, StringComparison.Ordinal)
            || parsed.Suffix.Equals("json", StringComparison.Ordinal);
        // The body is written as UTF-8, so another charset would be untrue of it.
        parsed.Charset = default;
        return (parsed.ToString(), isJson);
    }

    private static JsonElement? Find(JsonElement envelope, string name)
    {
        foreach (var property in envelope.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }
        return null;
    }
}
