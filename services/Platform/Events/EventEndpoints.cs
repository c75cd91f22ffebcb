using System.Text.Json;
using Dapr;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Data;

namespace Mobility.Platform.Events;

/// <summary>
/// What the sidecar calls. 200 means taken; 503 means later, it retries; 404 would mean drop and is never answered.
/// </summary>
internal static class EventEndpoints
{
    /// <summary>
    /// Makes headers and a body of the envelope of a delivery that has shown Dapr's token. Headers of these names
    /// that came with the request are a publisher's metadata and are dropped, as is a body that is no envelope.
    /// </summary>
    public static void Unwrap(IApplicationBuilder web, ILogger log) =>
        web.UseWhen(
            http =>
                http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy is { } policy
                && string.Equals(policy, ServiceHost.DaprPolicy, StringComparison.Ordinal),
            branch =>
            {
                branch.Use((http, next) => Guard(http, next, log));
                branch.UseCloudEvents(new CloudEventsMiddlewareOptions { ForwardCloudEventPropertiesAsHeaders = true });
            }
        );

    /// <summary>Maps POST /events and POST /dead-letters behind Dapr's token.</summary>
    public static void Map(IEndpointRouteBuilder routes, Inbox inbox, GapHealing healing, ILogger log)
    {
        void Route(string path, Func<Delivery, CancellationToken, Task> take) =>
            routes
                .MapPost(path, (HttpContext http, CancellationToken token) => Answer(http, log, take, token))
                .RequireAuthorization(ServiceHost.DaprPolicy);
        Route("/events", (d, token) => d.IsControl ? healing.Take(d, token) : inbox.Take(d, token));
        Route("/dead-letters", (d, token) => d.IsControl ? Task.CompletedTask : inbox.TakeDeadLetter(d, token));
    }

    private static async Task Guard(HttpContext http, RequestDelegate next, ILogger log)
    {
        var headers = http.Request.Headers;
        foreach (
            var name in headers
                .Keys.Where(k => k.StartsWith(Delivery.Prefix, StringComparison.OrdinalIgnoreCase))
                .ToList()
        )
        {
            headers.Remove(name);
        }
        try
        {
            await next(http);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            Malformed(log);
            http.Response.StatusCode = StatusCodes.Status200OK;
        }
    }

    private static void Malformed(ILogger log)
    {
        log.EventMalformed();
        Metrics.EventsTaken.Add(1, new KeyValuePair<string, object?>("outcome", "MALFORMED"));
    }

    private static async Task<IResult> Answer(
        HttpContext http,
        ILogger log,
        Func<Delivery, CancellationToken, Task> take,
        CancellationToken token
    )
    {
        var delivery = await Delivery.Read(http.Request, token);
        if (delivery is null)
        {
            Malformed(log);
            return Results.Ok();
        }
        try
        {
            await take(delivery, token);
            return Results.Ok();
        }
        catch (Exception e) when (DatabaseErrors.PassingReason(e) is { } reason)
        {
            log.EventPutOff(delivery, reason);
        }
        catch (OperationCanceledException)
        {
            log.EventPutOff(delivery, "CANCELLED");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.EventFailed(e, delivery);
        }
        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }
}
