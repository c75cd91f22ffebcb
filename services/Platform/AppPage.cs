using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;

namespace Mobility.Platform;

/// <summary>Collects what a service does; complete or the service does not start.</summary>
public sealed class AppPage
{
    private readonly Dictionary<string, RpcRule> rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventLine> events = new(StringComparer.Ordinal);
    private readonly List<JobLine> jobs = [];
    private readonly List<ServiceDescriptor> services = [];
    private readonly List<Action<IEndpointRouteBuilder>> maps = [];

    /// <summary>Rules by full method name, "/package.Service/Method".</summary>
    public IReadOnlyDictionary<string, RpcRule> Rules => rules;

    /// <summary>Events consumed or ignored, by proto full name.</summary>
    public IReadOnlyDictionary<string, EventLine> Events => events;

    /// <summary>Jobs in the order of the page.</summary>
    public IReadOnlyList<JobLine> Jobs => jobs;

    /// <summary>gRPC services of the page.</summary>
    public IReadOnlyList<ServiceDescriptor> Services => services;

    /// <summary>Has it no RPC and hears no event: the pages that people see, with no sidecar beside them?</summary>
    public bool IsFace => services.Count == 0 && events.Count == 0;

    internal IReadOnlyList<Action<IEndpointRouteBuilder>> Maps => maps;

    /// <summary>Does it hear events of that source, "{service}/{incarnation}"?</summary>
    internal bool Hears(string source) =>
        events.Keys.Any(name => name.StartsWith($"mobility.{source.Split('/')[0]}.", StringComparison.Ordinal));

    /// <summary>Adds the gRPC service whose RPCs the following lines list.</summary>
    public void Service<T>(ServiceDescriptor descriptor)
        where T : class
    {
        services.Add(descriptor);
        maps.Add(routes => routes.MapGrpcService<T>());
    }

    /// <summary>Adds an RPC of the service added last, and the roles that may call it.</summary>
    public void Rpc(string method, params Role[] roles)
    {
        var service = services[^1];
        if (service.FindMethodByName(method) is not { } rpc)
        {
            throw new InvalidOperationException($"{service.FullName} has no RPC {method}.");
        }
        // The gate stands before single calls; a stream would pass beside it without a token.
        if (rpc.IsClientStreaming || rpc.IsServerStreaming)
        {
            throw new InvalidOperationException(
                $"{service.FullName}.{method} is a stream, which the gate does not admit."
            );
        }
        rules.Add($"/{service.FullName}/{method}", new RpcRule(method, roles));
    }

    /// <summary>Adds an event that this service applies, once per event id.</summary>
    public void Event<T>(Func<T, Tx, Task> handle)
        where T : IMessage<T>, new()
    {
        var descriptor = new T().Descriptor;
        events.Add(descriptor.FullName, new EventLine(descriptor, (message, tx) => handle((T)message, tx)));
    }

    /// <summary>Adds an event that this service knows and has no use for.</summary>
    public void Ignore<T>()
        where T : IMessage<T>, new()
    {
        var descriptor = new T().Descriptor;
        events.Add(descriptor.FullName, new EventLine(descriptor, null));
    }

    /// <summary>Adds a job.</summary>
    public void Job(string name, TimeSpan interval, Func<JobContext, Task> run) =>
        jobs.Add(new JobLine(name, interval, run));

    /// <summary>Reads the page of an app and refuses one that leaves out an RPC.</summary>
    /// <exception cref="InvalidOperationException">Names every RPC that has no line.</exception>
    public static AppPage Of(ServiceApp app)
    {
        var page = new AppPage();
        app.Define(page);
        var missing = page
            .Services.SelectMany(s => s.Methods.Select(m => $"/{s.FullName}/{m.Name}"))
            .Where(name => !page.rules.ContainsKey(name))
            .ToList();
        return missing.Count == 0
            ? page
            : throw new InvalidOperationException($"RPCs without a line in {app.Name}: {string.Join(", ", missing)}.");
    }
}

/// <summary>An event type of the page.</summary>
/// <param name="Descriptor">Its proto.</param>
/// <param name="Handle">Its effect; null when the service has no use for it.</param>
public sealed record EventLine(MessageDescriptor Descriptor, Func<IMessage, Tx, Task>? Handle);
