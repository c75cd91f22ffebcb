using System.Net;

namespace Mobility.Sidecar.Options;

/// <summary>What one app id of the process was started with. Built by <see cref="CommandLine"/>.</summary>
public sealed record AppOptions
{
    public required string AppId { get; init; }

    /// <summary>Port of the application, or null when it receives nothing.</summary>
    public int? AppPort { get; init; }
    public required string AppChannelAddress { get; init; }

    /// <summary>Requests to the application at one time; 0 is no limit.</summary>
    public int AppMaxConcurrency { get; init; }
    public required int HttpPort { get; init; }
    public required int GrpcPort { get; init; }
    public required IReadOnlyList<IPAddress> ListenAddresses { get; init; }
    public required IReadOnlyList<string> ResourcePaths { get; init; }
    public required IReadOnlyList<string> ConfigFiles { get; init; }

    /// <summary>Largest request body, in bytes.</summary>
    public required long MaxBodySize { get; init; }
    public required TimeSpan GracefulShutdown { get; init; }

    /// <summary>Null when health checks are off: the application then counts as healthy.</summary>
    public HealthCheckOptions? HealthCheck { get; init; }
    public required TestFaultOptions TestFaults { get; init; }
}

/// <summary>How the application's health is probed.</summary>
public sealed record HealthCheckOptions(string Path, TimeSpan Interval, TimeSpan Timeout, int Threshold);

/// <summary>Faults that only tests ask for.</summary>
[Flags]
public enum TestFaultKinds
{
    None = 0,
    Twice = 1,
    Reorder = 2,
    Delay = 4,
    Drop = 8,
}

/// <summary>Which faults, and the seed that makes a run repeatable.</summary>
public sealed record TestFaultOptions(TestFaultKinds Kinds, int Seed);
