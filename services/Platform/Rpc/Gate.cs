using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Npgsql;

namespace Mobility.Platform.Rpc;

/// <summary>
/// What every RPC passes: token, role, client and standing before the slice; refusals turned into rich errors and
/// one log line after it.
/// </summary>
internal sealed class Gate(
    ServiceApp app,
    AppPage page,
    Issuers issuers,
    Db db,
    ClientCatalogue clients,
    Overload overload,
    TimeProvider clock,
    ILogger<Gate> log
) : Interceptor
{
    private static readonly object Reached = new();

    /// <summary>
    /// Middleware around gRPC: a message that cannot be read never comes to the gate, and gRPC itself says of it that
    /// something unknown went wrong. It is the caller's; what is ours carries the trace that the log has.
    /// </summary>
    internal static async Task Explain(HttpContext http, RequestDelegate next, ServiceApp app)
    {
        await next(http);
        var status = http.Response.Headers["grpc-status"].ToString();
        var vague = status is "2" or "13" && !http.Response.Headers.ContainsKey(Refusal.DetailsTrailer);
        if (vague && !http.Response.HasStarted)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? "";
            Refuse(http, http.Items.ContainsKey(Reached) ? OfOurs(trace) : Unreadable(), app);
        }
    }

    /// <summary>Answers with headers alone, which is how gRPC refuses before it has read anything.</summary>
    internal static void Refuse(HttpContext http, Refusal refusal, ServiceApp app)
    {
        var error = refusal.ToRpcException($"{app.Name}.mobility");
        var headers = http.Response.Headers;
        headers.ContentType = "application/grpc";
        headers["grpc-status"] = ((int)error.StatusCode).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Uri.EscapeDataString(error.Status.Detail);
        headers[Refusal.DetailsTrailer] = Convert.ToBase64String(error.Trailers.GetValueBytes(Refusal.DetailsTrailer)!);
    }

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        if (!page.Rules.TryGetValue(context.Method, out var rule))
        {
            // Health has no rule of ours; anything else cannot be mapped without one (AppPage.Of).
            return await continuation(request, context);
        }
        context.GetHttpContext().Items[Reached] = true;
        var start = clock.GetTimestamp();
        var trace = Activity.Current?.TraceId.ToString() ?? "";
        var (code, reason) = (StatusCode.OK, "");
        try
        {
            // Nobody waits any more for what came too late.
            context.CancellationToken.ThrowIfCancellationRequested();
            await Admit(request, rule, context);
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var refusal = RefusalOf(e, context, trace);
            (code, reason) = (refusal.Code, refusal.Reason);
            throw refusal.ToRpcException($"{app.Name}.mobility");
        }
        finally
        {
            var elapsed = clock.GetElapsedTime(start);
            var method = new KeyValuePair<string, object?>("method", rule.Method);
            Metrics.Rpcs.Add(1, method, new KeyValuePair<string, object?>("code", code.ToString()));
            Metrics.RpcMilliseconds.Add(elapsed.TotalMilliseconds, method);
            log.RpcDone(rule.Method, code.ToString(), reason, (long)elapsed.TotalMilliseconds, trace);
        }
    }

    private async Task Admit<TRequest>(TRequest request, RpcRule rule, ServerCallContext context)
    {
        var authorization = context.RequestHeaders.GetValue("authorization");
        var caller =
            authorization is null && rule.Roles.Contains(Role.Anonymous)
                ? Caller.Nobody
                : await issuers.Read(authorization);
        if (caller.IsAnonymous)
        {
            overload.AdmitAnonymous(context.GetHttpContext().Connection.RemoteIpAddress);
        }
        if (!rule.Roles.Contains(caller.Role))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                "PERMISSION_DENIED",
                $"Role {Roles.Name(caller.Role)} may not call {rule.Method}.",
                ("permission", rule.Method)
            );
        }
        var clientId = ClientOf((IMessage)request!);
        if (clientId is not null && !caller.IsAnonymous)
        {
            if (!caller.Clients.Contains(clientId))
            {
                throw new Refusal(
                    StatusCode.PermissionDenied,
                    "PERMISSION_DENIED",
                    "The token does not speak for that client.",
                    ("permission", rule.Method)
                );
            }
            if (!app.ReadsStanding(rule.Method))
            {
                await app.AdmitCaller(db, caller, clientId, context.CancellationToken);
            }
        }
        _ = new Call(context, caller, db, clients, clock);
    }

    /// <summary>The client that the request's parent or name belongs to; null when neither says one.</summary>
    private static string? ClientOf(IMessage request)
    {
        var field = request.Descriptor.FindFieldByName("parent") ?? request.Descriptor.FindFieldByName("name");
        return field?.Accessor.GetValue(request) is string text ? ResourceName.ClientOf(text) : null;
    }

    private Refusal RefusalOf(Exception error, ServerCallContext context, string trace)
    {
        switch (error)
        {
            case Refusal refusal:
                return refusal;
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime
                    ? new Refusal(StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED", "The deadline passed.")
                    : new Refusal(StatusCode.Cancelled, "CANCELLED", "The caller hung up.");
            case NpgsqlException down when DatabaseErrors.IsDown(down):
            case TimeoutException:
                return DatabaseErrors.Away();
            default:
                log.RpcFailed(error, context.Method, trace);
                return OfOurs(trace);
        }
    }

    private static Refusal OfOurs(string trace) =>
        new(StatusCode.Internal, "INTERNAL", "Something is wrong on our side.", ("trace_id", trace));

    private static Refusal Unreadable() =>
        new(StatusCode.InvalidArgument, "REQUEST_UNREADABLE", "The request is no message of this RPC.");
}
