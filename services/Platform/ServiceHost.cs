using System.Net;
using System.Text.Json;
using Dapr.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Events;
using Mobility.Platform.Rpc;

namespace Mobility.Platform;

/// <summary>Turns a page into a running service: two ports, the database, the outbox relay, the jobs.</summary>
public static class ServiceHost
{
    internal const string DaprPolicy = "Dapr";

    /// <summary>Runs a service until it is told to stop. 0 is a clean stop, 78 a wrong configuration (sysexits'
    /// EX_CONFIG).</summary>
    public static async Task<int> Run(ServiceApp app, string[] args)
    {
        try
        {
            var settings = Settings.Read(
                Environment.GetEnvironmentVariable,
                app.RequiredSettings,
                app.OptionalSettings
            );
            var clock = settings.DevelopmentClock is { } file ? new DevelopmentClock(file) : TimeProvider.System;
            if (args.Length > 0)
            {
                return await Maintain(app, settings, clock, args[0]);
            }
            KillPoint.Watch(settings.KillPoints, app.Name);
            await using var host = await Start(app, settings, clock, _ => { });
            await host.Web.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 78;
        }
    }

    /// <summary>Does one thing to the service's database beside the service and ends: 64 for a word that is not known
    /// (sysexits' EX_USAGE).</summary>
    private static async Task<int> Maintain(ServiceApp app, Settings settings, TimeProvider clock, string word)
    {
        if (word is not ("republish" or "renew"))
        {
            await Console.Error.WriteLineAsync($"{app.Name}: no `{word}`: republish, renew");
            return 64;
        }
        await using var db = new Db(settings.Database, app.Name, clock);
        await Migrator.Run(db, app.GetType().Assembly, clock, NullLogger.Instance, CancellationToken.None);
        var done =
            word == "republish"
                ? $"{await Snapshots.Republish(db, CancellationToken.None)} events queued again"
                : $"a new life of the database; {await Snapshots.RenewIncarnation(db, CancellationToken.None)}"
                    + " events are published again";
        await Console.Out.WriteLineAsync($"{app.Name}: {done}");
        return 0;
    }

    /// <summary>Migrates the database and starts the service.</summary>
    /// <param name="app">The page.</param>
    /// <param name="settings">Checked settings.</param>
    /// <param name="clock">The clock of rules and jobs.</param>
    /// <param name="logging">Adds to the logging.</param>
    /// <exception cref="InvalidOperationException">The page, the issuers, the clients or the schema are
    /// wrong.</exception>
    public static async Task<RunningService> Start(
        ServiceApp app,
        Settings settings,
        TimeProvider clock,
        Action<ILoggingBuilder> logging
    )
    {
        var page = AppPage.Of(app);
        var clients = ClientCatalogue.Load(settings.ClientsFile);
        var issuers = Issuers.Load(settings, clock);
        var db = new Db(settings.Database, app.Name, clock) { Clients = clients };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.None);
        logging(builder.Logging);
        var ports = Listen(builder, settings, app);
        builder.Services.AddSingleton(app).AddSingleton(page).AddSingleton(clients).AddSingleton(issuers);
        builder.Services.AddSingleton(db).AddSingleton(clock).AddSingleton(settings).AddSingleton<Health>();
        builder.Services.AddSingleton<Overload>();
        builder.Services.AddDaprClient(dapr =>
        {
            if (settings.DaprGrpcEndpoint is { } endpoint)
            {
                dapr.UseGrpcEndpoint(endpoint);
            }
        });
        builder.Services.AddGrpc(o =>
        {
            o.Interceptors.Add<Gate>();
            o.MaxReceiveMessageSize = app.RequestBytes;
        });
        builder.Services.AddAuthentication().AddDapr(o => o.Token = settings.AppApiToken);
        builder.Services.AddAuthorization(o => o.AddDapr(DaprPolicy));
        builder.Services.AddSingleton<Jobs>(services => NewJobs(services, page));
        builder.Services.AddHostedService(services => services.GetRequiredService<Jobs>());
        app.AddServices(builder.Services, settings);
        var web = builder.Build();
        var log = web.Services.GetRequiredService<ILoggerFactory>().CreateLogger(app.Name);
        await Migrator.Run(db, app.GetType().Assembly, clock, log, CancellationToken.None);
        await HolidayWatch.Run(new JobContext(db, clients, settings, clock, log, CancellationToken.None));
        MapAll(web, page, log);
        app.MapPages(web);
        await web.StartAsync();
        return new RunningService(web, db, ports.Http!.IPEndPoint!, ports.Grpc!.IPEndPoint!);
    }

    private static void MapAll(WebApplication web, AppPage page, ILogger log)
    {
        var services = web.Services;
        var health = services.GetRequiredService<Health>();
        var (inbox, healing) = services.GetRequiredService<Jobs>().EventParts;
        var metrics = new Metrics.Page();
        web.Lifetime.ApplicationStopped.Register(metrics.Dispose);
        web.Lifetime.ApplicationStopping.Register(health.Stop);
        var overload = services.GetRequiredService<Overload>();
        web.Use((http, next) => overload.Check(http, next));
        web.Use((http, next) => Gate.Explain(http, next, services.GetRequiredService<ServiceApp>()));
        web.UseAuthentication();
        web.UseAuthorization();
        EventEndpoints.Unwrap(web, log);
        foreach (var map in page.Maps)
        {
            map(web);
        }
        web.MapGrpcService<Health>();
        if (!page.IsFace)
        {
            EventEndpoints.Map(web, inbox, healing, log);
        }
        web.MapGet("/healthz", () => Results.Text("alive"));
        web.MapGet("/readyz", () => health.IsServing ? Results.Text("ready") : Results.StatusCode(503));
        web.MapGet(
            "/metrics",
            () => Results.Text(metrics.Text() + HolidayWatch.Metric(services.GetRequiredService<Db>()))
        );
    }

    private static Jobs NewJobs(IServiceProvider services, AppPage page)
    {
        var db = services.GetRequiredService<Db>();
        var clock = services.GetRequiredService<TimeProvider>();
        var settings = services.GetRequiredService<Settings>();
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger($"{db.ServiceName}.jobs");
        var broker = new Broker(services.GetRequiredService<DaprClient>(), settings, clock);
        var relay = new OutboxRelay(db, broker, clock, log);
        var healing = new GapHealing(db, broker, page, clock, log);
        var inbox = new Inbox(db, page, log);
        JobLine[] own =
        [
            // A commit wakes it: the interval is for what waits for a broker that was away, or was queued by hand.
            new(Tx.RelayJob, TimeSpan.FromSeconds(1), relay.Run),
            new("watermark", TimeSpan.FromSeconds(2), healing.SendWatermark),
            new("ask-for-holes", TimeSpan.FromSeconds(5), healing.AskForHoles),
            new("apply-kept-events", TimeSpan.FromSeconds(10), job => inbox.ApplyKept(job.Token)),
        ];
        JobLine[] always =
        [
            new("health", TimeSpan.FromSeconds(1), services.GetRequiredService<Health>().Probe),
            new("holidays", HolidayWatch.Interval, HolidayWatch.Run),
            new("housekeeping", TimeSpan.FromMinutes(10), Housekeeping.Run),
        ];
        var context = new JobContext(
            db,
            services.GetRequiredService<ClientCatalogue>(),
            settings,
            clock,
            log,
            CancellationToken.None
        );
        return new Jobs([.. page.IsFace ? [] : own, .. always, .. page.Jobs], context)
        {
            EventParts = (inbox, healing),
        };
    }

    private static Ports Listen(WebApplicationBuilder builder, Settings settings, ServiceApp app)
    {
        var ports = new Ports();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Overload.Bound(kestrel.Limits, app);
            kestrel.Listen(
                settings.Bind,
                settings.HttpPort,
                o =>
                {
                    o.Protocols = HttpProtocols.Http1;
                    ports.Http = o;
                }
            );
            kestrel.Listen(
                settings.Bind,
                settings.GrpcPort,
                o =>
                {
                    o.Protocols = HttpProtocols.Http2;
                    ports.Grpc = o;
                }
            );
        });
        return ports;
    }

    /// <summary>The listeners; their ports are known once Kestrel runs.</summary>
    private sealed class Ports
    {
        public ListenOptions? Http { get; set; }
        public ListenOptions? Grpc { get; set; }
    }
}

/// <summary>A service that runs in this process.</summary>
/// <param name="Web">The host.</param>
/// <param name="Db">Its database.</param>
/// <param name="Http">Where events, health and metrics are.</param>
/// <param name="Grpc">Where gRPC is.</param>
public sealed record RunningService(WebApplication Web, Db Db, IPEndPoint Http, IPEndPoint Grpc) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Web.StopAsync();
        await Web.DisposeAsync();
        await Db.DisposeAsync();
    }
}
