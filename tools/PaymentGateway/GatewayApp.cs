using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mobility.PaymentGateway;

/// <summary>The page of the simulator: every route, a line each.</summary>
public static class GatewayApp
{
    public static WebApplication Build(GatewayOptions options, GatewayBooks books, TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 4 * RequestBody.MaxBytes;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });

        var app = builder.Build();
        app.Use((context, next) => Guard(context, next, options.Secret));

        var cancel = new CancelEndpoint(books, clock, app.Lifetime.ApplicationStopping);
        app.MapGet("/healthz", context => Reply.Ok(new { status = "ok" }).Send(context));
        app.MapPost("/v1/payments/{paymentKey}/cancel", cancel.Handle);
        app.MapGet("/v1/payments/{paymentKey}", c => Query(books, Route(c, "paymentKey")).Send(c));
        app.MapGet("/v1/transactions", c => SimulatorEndpoints.Transactions(c, books));

        app.MapPost("/simulator/payments", context => SimulatorEndpoints.Capture(context, books));
        app.MapGet("/simulator/ledger", context => Reply.Ok(books.Payments.Ledger()).Send(context));
        app.MapPost("/simulator/faults", context => SimulatorEndpoints.PlanFault(context, books));
        app.MapGet("/simulator/faults", context => Reply.Ok(books.Faults.View()).Send(context));
        app.MapPost("/simulator/seed", context => SimulatorEndpoints.SeedFaults(context, books));
        app.MapPost("/simulator/console-cancels", context => SimulatorEndpoints.ConsoleCancel(context, books));
        app.MapPost("/simulator/late-failures", context => SimulatorEndpoints.Return(context, books));
        app.MapPost("/simulator/completions", context => SimulatorEndpoints.Complete(context, books));
        app.MapPost("/simulator/release", context => Reply.Ok(books.Faults.Release()).Send(context));

        var office = new BackOfficeEndpoint(books, clock, app.Lifetime.ApplicationStopping);
        app.MapPost("/back-office/{kind}", office.Act);
        app.MapGet("/back-office/{kind}/{key}", office.Query);
        app.MapGet("/back-office/ledger", context => Reply.Ok(books.BackOffice.Ledger()).Send(context));
        app.MapFallback(context => Reply.Refuse("NOT_FOUND").Send(context));
        return app;
    }

    public static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static Reply Query(GatewayBooks books, string paymentKey) =>
        books.Faults.Taken(FaultKind.QueryError, paymentKey) is { } error
            ? Reply.Refuse(error.CodeOrUsual)
            : books.Payments.Query(paymentKey, books.Faults.Take(FaultKind.StaleQuery, paymentKey));

    private static ILogger Log(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("PaymentGateway");

    private static async Task Guard(HttpContext context, RequestDelegate next, string secret)
    {
        try
        {
            if (context.Request.Path != "/healthz" && BasicAuth.Refusal(context, secret) is { } refusal)
            {
                await refusal.Send(context);
                return;
            }
            await next(context);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            await Reply.Refuse("INVALID_REQUEST").Send(context);
        }
        catch (IOException failure)
            when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // The disk refused the line, so nothing happened: the caller learns it as Toss tells an inner failure.
            Log(context).LogError(failure, "The ledger could not be written");
            await Reply.Refuse("FAILED_INTERNAL_SYSTEM_PROCESSING").Send(context);
        }
    }
}
