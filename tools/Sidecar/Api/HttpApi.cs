using Microsoft.AspNetCore.Http.Features;
using Mobility.Sidecar.Events;

namespace Mobility.Sidecar.Api;

/// <summary>The HTTP API of one app id. What it does not offer answers 501, never as if it had been done.</summary>
public sealed class HttpApi(AppState state, Publisher publisher, ApiToken token)
{
    /// <summary>Answers one request.</summary>
    public async Task Handle(HttpContext context)
    {
        string[] path = Path(context);
        try
        {
            // Health is asked by whoever supervises the process and needs no token.
            if (path is ["v1.0", "healthz", ..])
                AnswerHealth(context, path);
            else if (!token.Accepts(context.Request))
                await AnswerUnauthorized(context);
            else
                await HandleCall(context, path);
        }
        catch (ApiError error)
        {
            await Answer(context, error);
        }
        catch (BadHttpRequestException error)
        {
            await Answer(context, new ApiError(error.StatusCode, 3, "ERR_BODY_READ", "DAPR_BODY_READ", error.Message));
        }
    }

    private async Task HandleCall(HttpContext context, string[] path)
    {
        string method = context.Request.Method;
        switch (path)
        {
            case ["v1.0" or "v1.0-alpha1", "publish", "bulk", ..]:
                throw ApiError.Unsupported("bulk publish");
            case ["v1.0", "publish", ..] when method is "POST" or "PUT":
                await Publish(context, path);
                break;
            case ["v1.0", "metadata"] when method is "GET":
                await context.Response.WriteAsJsonAsync(MetadataDocument.Of(state), context.RequestAborted);
                break;
            case ["v1.0", "metadata", var key] when method is "PUT":
                using (var reader = new StreamReader(context.Request.Body))
                    state.Extended[key] = await reader.ReadToEndAsync(context.RequestAborted);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ["v1.0", "shutdown"] when method is "POST":
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                context.Response.OnCompleted(Shutdown);
                break;
            default:
                throw ApiError.Unsupported($"{method} /{string.Join('/', path.Take(2))}");
        }
    }

    private async Task Publish(HttpContext context, string[] path)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = state
            .Options
            .MaxBodySize;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        const string Prefix = "metadata.";
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Query)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                metadata.TryAdd(name[Prefix.Length..], values[0] ?? "");
        }
        IHeaderDictionary headers = context.Request.Headers;
        var request = new PublishRequest(
            path.ElementAtOrDefault(2) ?? "",
            string.Join('/', path.Skip(3)),
            context.Request.ContentType ?? "",
            body.ToArray(),
            metadata,
            TraceContext.Of(headers.TraceParent, headers.TraceState)
        );
        await publisher.Publish(request, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private void AnswerHealth(HttpContext context, string[] path)
    {
        bool other = context.Request.Query.TryGetValue("appid", out var asked) && asked != state.Options.AppId;
        bool healthy = path switch
        {
            ["v1.0", "healthz"] => state.Ready && !other,
            ["v1.0", "healthz", "outbound"] => true,
            _ => throw ApiError.Unsupported($"GET /{string.Join('/', path)}"),
        };
        if (!healthy)
            throw new ApiError(500, 13, "ERR_HEALTH_NOT_READY", "DAPR_HEALTH_NOT_READY", "dapr is not ready");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task Shutdown()
    {
        state.Shutdown();
        return Task.CompletedTask;
    }

    private static async Task AnswerUnauthorized(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await context.Response.WriteAsync("invalid api token\n", context.RequestAborted);
    }

    private static async Task Answer(HttpContext context, ApiError error)
    {
        context.Response.StatusCode = error.HttpStatus;
        await context.Response.WriteAsJsonAsync(error.ToJson(), context.RequestAborted);
    }

    // The raw target, because a topic may hold an escaped slash or percent sign that routing would decode early.
    private static string[] Path(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        string path = target.Split('?')[0].TrimStart('/');
        return [.. path.Split('/').Select(Uri.UnescapeDataString)];
    }
}
