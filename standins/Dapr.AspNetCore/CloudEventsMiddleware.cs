using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Dapr.AspNetCore;

/// <summary>Replaces the body of a request that is a CloudEvent by the event's payload.</summary>
internal sealed class CloudEventsMiddleware(RequestDelegate next, CloudEventsMiddlewareOptions options)
{
    private const string CloudEvent = "application/cloudevents+json";

    // The payload is the body, and Dapr hands these two on in its own headers.
    private static readonly string[] NeverHeaders =
    [
        UnwrappedEvent.ContentTypeName,
        UnwrappedEvent.DataName,
        UnwrappedEvent.Base64Name,
        "pubsubname",
        "traceparent",
    ];

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsCloudEvent(request.ContentType))
        {
            await next(context);
            return;
        }

        using var envelope = await JsonDocument.ParseAsync(request.Body, cancellationToken: context.RequestAborted);
        if (UnwrappedEvent.Of(envelope.RootElement, options.SuppressJsonDecodingOfTextPayloads) is not { } payload)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        if (options.ForwardCloudEventPropertiesAsHeaders)
        {
            AddHeaders(request.Headers, envelope.RootElement);
        }

        var (body, contentType) = (request.Body, request.ContentType);
        try
        {
            request.Body = new MemoryStream(payload.Body, writable: false);
            request.ContentType = payload.ContentType;
            await next(context);
        }
        finally
        {
            // What stands before this middleware made its own decisions by the original request.
            (request.Body, request.ContentType) = (body, contentType);
        }
    }

    private static bool IsCloudEvent(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(CloudEvent, StringComparison.Ordinal)
        && MediaTypeHeaderValue.TryParse(contentType, out var parsed)
        && parsed.MediaType.Equals(CloudEvent, StringComparison.Ordinal);

    private void AddHeaders(IHeaderDictionary headers, JsonElement envelope)
    {
        foreach (var property in envelope.EnumerateObject().Where(property => BecomesHeader(property.Name)))
        {
            // The text between the quotes as it stands in the JSON, escapes included.
            headers.TryAdd($"Cloudevent.{property.Name.ToLowerInvariant()}", property.Value.GetRawText().Trim('"'));
        }
    }

    private bool BecomesHeader(string name)
    {
        if (NeverHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }
        if (options.IncludedCloudEventPropertiesAsHeaders is { } included)
        {
            return included.Contains(name, StringComparer.OrdinalIgnoreCase);
        }
        return options.ExcludedCloudEventPropertiesFromHeaders?.Contains(name, StringComparer.OrdinalIgnoreCase)
            is not true;
    }
}
