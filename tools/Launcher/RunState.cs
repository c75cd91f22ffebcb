namespace Mobility.Launcher;

/// <summary>What runs where: the content of `.run/state.json` (mode 0600, it holds passwords).</summary>
/// <param name="LauncherPid">Process id of the launcher.</param>
/// <param name="StartTime">When it started, UTC.</param>
/// <param name="Ports">Every port by name; taken again at the next start when still free.</param>
/// <param name="GatewayUrl">Base URL of the payment gateway simulator.</param>
/// <param name="Services">What has a database, by name: the services and `web`.</param>
/// <param name="Parts">Every process.</param>
public sealed record RunState(
    int LauncherPid,
    DateTimeOffset StartTime,
    IReadOnlyDictionary<string, int> Ports,
    string GatewayUrl,
    IReadOnlyDictionary<string, ServiceState> Services,
    IReadOnlyList<PartState> Parts
);

/// <summary>Addresses of one service and of its sidecar, base URLs on loopback; empty where there is
/// none.</summary>
/// <param name="Grpc">The service's gRPC API (h2c).</param>
/// <param name="Http">Events, health and metrics.</param>
/// <param name="SidecarHttp">HTTP API of its sidecar.</param>
/// <param name="SidecarGrpc">gRPC API of its sidecar (h2c).</param>
/// <param name="Database">Npgsql connection string of its database, with its own role.</param>
public sealed record ServiceState(string Grpc, string Http, string SidecarHttp, string SidecarGrpc, string Database);

/// <summary>One process.</summary>
/// <param name="Name">One of <see cref="StackOptions.AllParts"/>, or `daprd-` and a service.</param>
/// <param name="Pid">Null while it waits for its restart.</param>
/// <param name="Addresses">Where it listens.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="State">`starting`, `ready`, `waiting`, `stopped`.</param>
public sealed record PartState(string Name, int? Pid, IReadOnlyList<string> Addresses, int Restarts, string State);
