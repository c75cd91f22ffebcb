using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Npgsql;

namespace Mobility.Platform.Events;

/// <summary>
/// What the sidecar calls. 200 means taken; 503 means later, the sidecar retries; 404 would mean drop and is never
/// answered.
/// </summary>
internal static class EventEndpoints
{
    /// <summary>Maps POST /events and POST /dead-letters behind Dapr's token.</summary>
    public static void Map(IEndpointRouteBuilder routes, Inbox inbox, GapHealing healing, ILogger log)
    {
        routes
            .MapPost(
                "/events",
                (HttpContext http, CancellationToken token) =>
                    Answer(
                        http,
                        log,
                        token,
                        delivery =>
                            string.Equals(delivery.Topic, GapHealing.ControlTopic, StringComparison.Ordinal)
                                ? healing.Take(delivery, token)
                                : inbox.Take(delivery, token)
                    )
            )
            .RequireAuthorization(ServiceHost.DaprPolicy);
        routes
            .MapPost(
                "/dead-letters",
                (HttpContext http, CancellationToken token) =>
                    Answer(
                        http,
                        log,
                        token,
                        delivery =>
                            string.Equals(delivery.Topic, GapHealing.ControlTopic, StringComparison.Ordinal)
                                ? Task.CompletedTask
                                : inbox.Park(delivery, "DEAD_LETTER", "The sidecar gave up delivering it.", token)
                    )
            )
            .RequireAuthorization(ServiceHost.DaprPolicy);
    }

    private static async Task<IResult> Answer(
        HttpContext http,
        ILogger log,
        CancellationToken token,
        Func<Delivery, Task> take
    )
    {
        var delivery = await Delivery.Read(http.Request, token);
        if (delivery is null)
        {
            log.EventMalformed();
            Metrics.EventsTaken.Add(1, new KeyValuePair<string, object?>("outcome", "MALFORMED"));
            return Results.Ok();
        }
        try
        {
            await take(delivery);
            return Results.Ok();
        }
        catch (NpgsqlException e) when (DatabaseErrors.IsDown(e))
        {
            log.EventPutOff(delivery.EventId, delivery.Type, "DATABASE_UNAVAILABLE");
        }
        catch (Refusal e)
        {
            log.EventPutOff(delivery.EventId, delivery.Type, e.Reason);
        }
        catch (OperationCanceledException)
        {
            log.EventPutOff(delivery.EventId, delivery.Type, "CANCELLED");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.EventFailed(e, delivery.EventId, delivery.Type);
        }
        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }
}
