using System.Collections.Concurrent;
using Mobility.Sidecar.Delivery;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar.Api;

/// <summary>What the APIs of one app id show of it.</summary>
/// <param name="Subscriptions">Those that scopes allow.</param>
/// <param name="Monitor">Null without an application port.</param>
/// <param name="Shutdown">Ends the process, with every app id in it.</param>
public sealed record AppState(
    AppOptions Options,
    ResourceSet Resources,
    IReadOnlyList<Subscription> Subscriptions,
    AppMonitor? Monitor,
    Action Shutdown
)
{
    /// <summary>Of the daprd that this sidecar follows, and that it is not daprd.</summary>
    public const string RuntimeVersion = "1.18.3-mobility";

    /// <summary>Set through PUT /v1.0/metadata.</summary>
    public ConcurrentDictionary<string, string> Extended { get; } =
        new([KeyValuePair.Create("daprRuntimeVersion", RuntimeVersion)], StringComparer.Ordinal);

    /// <summary>True when deliveries can begin: the application's port was seen, or there is none.</summary>
    public bool Ready => Monitor?.PortSeen ?? true;
}
