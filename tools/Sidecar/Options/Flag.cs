namespace Mobility.Sidecar.Options;

/// <summary>How a flag is treated.</summary>
public enum FlagUse
{
    /// <summary>It does what daprd does with it.</summary>
    Acted,

    /// <summary>A flag of daprd for a part that a local pub/sub sidecar does not have; its value changes
    /// nothing.</summary>
    Ignored,
}

/// <summary>One command-line flag.</summary>
/// <param name="Name">Name without dashes.</param>
/// <param name="Use">Whether the value matters.</param>
/// <param name="Help">One line for --help.</param>
/// <param name="IsSwitch">True when the flag may stand without a value.</param>
/// <param name="PerApp">True when a later group does not inherit it from the first one.</param>
public sealed record Flag(string Name, FlagUse Use, string Help = "", bool IsSwitch = false, bool PerApp = false)
{
    private static readonly Flag[] Acted =
    [
        new("app-id", FlagUse.Acted, "id of the application; source of its events", PerApp: true),
        new("app-port", FlagUse.Acted, "port of the application; without it nothing is delivered", PerApp: true),
        new("app-protocol", FlagUse.Acted, "http, the only one supported"),
        new("app-channel-address", FlagUse.Acted, "address of the application (127.0.0.1)"),
        new("app-max-concurrency", FlagUse.Acted, "requests to the application at one time (-1: no limit)"),
        new("dapr-http-port", FlagUse.Acted, "HTTP API (3500)", PerApp: true),
        new("dapr-grpc-port", FlagUse.Acted, "gRPC API, h2c (50001)", PerApp: true),
        new("dapr-listen-addresses", FlagUse.Acted, "addresses of both APIs, comma separated (127.0.0.1)"),
        new("resources-path", FlagUse.Acted, "folder of YAML resources; repeatable"),
        new("components-path", FlagUse.Acted, "older name of --resources-path"),
        new("config", FlagUse.Acted, "Configuration file; repeatable"),
        new("enable-app-health-check", FlagUse.Acted, "probe the application; starts unhealthy", IsSwitch: true),
        new("app-health-check-path", FlagUse.Acted, "path of the probe (/healthz)"),
        new("app-health-probe-interval", FlagUse.Acted, "seconds between probes (5)"),
        new("app-health-probe-timeout", FlagUse.Acted, "milliseconds until a probe fails (500)"),
        new("app-health-threshold", FlagUse.Acted, "failures in a row until unhealthy (3)"),
        new("max-body-size", FlagUse.Acted, "largest request body, as 4Mi or 1000k (4Mi)"),
        new("dapr-http-max-request-size", FlagUse.Acted, "older name of --max-body-size, in MiB"),
        new("dapr-graceful-shutdown-seconds", FlagUse.Acted, "how long a delivery may finish at shutdown (5)"),
        new("mode", FlagUse.Acted, "standalone, the only one supported"),
        new("enable-mtls", FlagUse.Acted, "false, the only one supported", IsSwitch: true),
        new("app-ssl", FlagUse.Acted, "false, the only one supported", IsSwitch: true),
        new("unix-domain-socket", FlagUse.Acted, "not supported: any value is an error"),
        new("dapr-block-shutdown-duration", FlagUse.Acted, "not supported: any value is an error"),
        new("test-deliver", FlagUse.Acted, "TEST ONLY: faults on purpose, see below"),
        new("test-seed", FlagUse.Acted, "TEST ONLY: seed of those faults (1)"),
    ];

    private static readonly string[] IgnoredNames =
    [
        "placement-host-address",
        "scheduler-host-address",
        "scheduler-job-streams",
        "sentry-address",
        "sentry-request-jwt-audiences",
        "control-plane-address",
        "control-plane-namespace",
        "control-plane-trust-domain",
        "actors-service",
        "actors-disseminate-timeout",
        "reminders-service",
        "allowed-origins",
        "profile-port",
        "metrics-port",
        "metrics-listen-address",
        "log-level",
        "dapr-public-port",
        "dapr-public-listen-address",
        "dapr-internal-grpc-port",
        "dapr-internal-grpc-listen-address",
        "dapr-http-read-buffer-size",
        "read-buffer-size",
        "app-binding-options-timeout",
        "disable-init-endpoints",
        "hot-reload-reconcile-interval",
    ];

    private static readonly string[] IgnoredSwitches =
    [
        "enable-profiling",
        "enable-metrics",
        "enable-api-logging",
        "log-as-json",
        "disable-builtin-k8s-secret-store",
    ];

    /// <summary>Every flag that is accepted, by name.</summary>
    public static IReadOnlyDictionary<string, Flag> All { get; } =
        Acted
            .Concat(IgnoredNames.Select(name => new Flag(name, FlagUse.Ignored, PerApp: true)))
            .Concat(IgnoredSwitches.Select(name => new Flag(name, FlagUse.Ignored, IsSwitch: true)))
            .ToDictionary(flag => flag.Name, StringComparer.Ordinal);
}
