using Microsoft.AspNetCore.Server.Kestrel.Core;
using Mobility.Sidecar.Api;
using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Delivery;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar;

/// <summary>One app id: its two API ports, its subscriptions, and the watch over its application.</summary>
public sealed class AppRuntime
{
    private readonly AppOptions _options;
    private readonly ResourceSet _resources;
    private readonly SidecarEnvironment _environment;
    private readonly ILogger _logger;
    private readonly WebApplication _web;
    private readonly AppChannel? _channel;
    private readonly AppMonitor? _monitor;
    private readonly AppGate _gate = new();
    private readonly List<Consumer> _consumers = [];
    private readonly Dictionary<string, IBroker> _brokers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private Task _deliveries = Task.CompletedTask;
    private Task _watch = Task.CompletedTask;

    /// <summary>Takes its subscriptions' queues at once, so that what another app publishes first is not
    /// missed.</summary>
    public AppRuntime(AppOptions options, ResourceSet resources, SidecarEnvironment environment)
    {
        _options = options;
        _resources = resources;
        _environment = environment;
        _logger = environment.Loggers.CreateLogger($"sidecar.{options.AppId}");
        _brokers = resources.Components.Values.ToDictionary(component => component.Name, BrokerOf);
        Subscription[] subscriptions = [];
        if (options.AppPort is not null)
        {
            _channel = new AppChannel(options, environment.Settings.AppApiToken, environment.Clock);
            _monitor = new AppMonitor(_channel, _gate, options.HealthCheck, environment.Clock, _logger);
            subscriptions = [.. resources.Subscriptions.Where(Subscribe)];
        }
        _web = BuildWeb(new AppState(options, resources, subscriptions, _monitor, environment.Shutdown));
    }

    /// <summary>Declares its queues, before any app id of the process publishes.</summary>
    /// <exception cref="IOException">A broker is away or refuses.</exception>
    public async Task Connect(CancellationToken token)
    {
        foreach (IBroker broker in _brokers.Values)
            await broker.Connect(token);
    }

    /// <summary>Opens both ports, then begins to wait for the application.</summary>
    public async Task Start()
    {
        if (_options.TestFaults.Kinds != TestFaultKinds.None)
            Log.TestFaultsOn(_logger, _options.TestFaults.Kinds.ToString(), _options.TestFaults.Seed);
        await _web.StartAsync();
        Log.Ready(_logger, _options.HttpPort, _options.GrpcPort, _options.AppPort);
        Task[] parts = [.. _consumers.SelectMany(consumer => consumer.Start(_stopping.Token, _abort.Token))];
        _deliveries = Task.WhenAll(parts);
        _watch = _monitor?.Run(_stopping.Token) ?? Task.CompletedTask;
        // None ends by itself: a fault is a defect of the sidecar, and a half-working one must not stay up.
        foreach (Task part in parts.Append(_watch))
        {
            _ = part.ContinueWith(
                ReportFault,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
        }
    }

    /// <summary>Lets a delivery in flight finish within the grace period, then closes the ports. True when nothing had
    /// failed.</summary>
    public async Task<bool> Stop()
    {
        Log.ShuttingDown(_logger);
        await _stopping.CancelAsync();
        Task ended = await Task.WhenAny(_deliveries, Task.Delay(_options.GracefulShutdown, _environment.Clock));
        if (ended != _deliveries)
        {
            Log.ShutdownCutOff(_logger, _options.GracefulShutdown.TotalSeconds);
            await _abort.CancelAsync();
            await Task.WhenAny(_deliveries);
        }
        await Task.WhenAny(_watch);
        await _web.StopAsync(_abort.Token);
        foreach (IBroker broker in _brokers.Values)
            await broker.DisposeAsync();
        await _web.DisposeAsync();
        _channel?.Dispose();
        return !_deliveries.IsFaulted && !_watch.IsFaulted;
    }

    private bool Subscribe(Subscription subscription)
    {
        if (!_resources.Components[subscription.PubSub].Topics.MaySubscribe(_options.AppId, subscription.Topic))
        {
            Log.SubscriptionDenied(_logger, subscription.PubSub, subscription.Topic);
            return false;
        }
        _consumers.Add(
            new Consumer(
                subscription,
                _brokers[subscription.PubSub].Subscribe(subscription, _logger),
                _resources.Inbound.GetValueOrDefault(subscription.PubSub, InboundPolicy.None),
                _channel!,
                _gate,
                _brokers[subscription.PubSub],
                _options.TestFaults,
                _environment.Clock,
                _logger
            )
        );
        Log.Subscribed(_logger, subscription.PubSub, subscription.Topic);
        return true;
    }

    private IBroker BrokerOf(PubSubComponent component) =>
        component.Rabbit is null
            ? _environment.InMemory(component.Name)
            : new RabbitBroker(component, _environment.Clock, _logger);

    private WebApplication BuildWeb(AppState state)
    {
        // Flags and resources say everything: no settings file of the folder and no ASPNETCORE_ variable is read.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(ConfigureKestrel);
        builder.Services.AddSingleton(_environment.Loggers);
        // The process handles its signals itself: deliveries stop first, the ports last.
        builder.Services.AddSingleton<IHostLifetime, ProcessLifetime>();
        builder.Services.AddSingleton(state);
        builder.Services.AddSingleton(new ApiToken(_environment.Settings.DaprApiToken));
        builder.Services.AddSingleton(new Publisher(_options, _resources, _brokers, _environment.Clock, _logger));
        builder.Services.AddSingleton<HttpApi>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = (int)Math.Min(_options.MaxBodySize, int.MaxValue);
            grpc.Interceptors.Add<GrpcTokenInterceptor>();
        });
        WebApplication web = builder.Build();
        web.MapWhen(
            IsHttpApi,
            branch => branch.Run(context => branch.ApplicationServices.GetRequiredService<HttpApi>().Handle(context))
        );
        web.UseRouting();
        web.MapGrpcService<GrpcApi>();
        return web;
    }

    // The ports speak one protocol each, so the protocol tells the API.
    private static bool IsHttpApi(HttpContext context) => !HttpProtocol.IsHttp2(context.Request.Protocol);

    private void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // Each API bounds bodies itself: a gRPC message has a few bytes around it.
        kestrel.Limits.MaxRequestBodySize = null;
        foreach (System.Net.IPAddress address in _options.ListenAddresses)
        {
            kestrel.Listen(address, _options.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(address, _options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        }
    }

    private void ReportFault(Task work)
    {
        Log.PartFailed(_logger, work.Exception!);
        _environment.Shutdown();
    }

    private sealed class ProcessLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
