using System.Globalization;
using System.Runtime.InteropServices;

namespace Mobility.Launcher;

/// <summary>The command lines, environments and addresses of the parts of one system.</summary>
internal sealed class StackParts(StackOptions options, RunFolder run, IReadOnlyDictionary<string, int> ports)
{
    /// <summary>Names of the ports of RabbitMQ: clients, other nodes, names server.</summary>
    public static readonly IReadOnlyList<string> RabbitPortNames = ["rabbitmq", "rabbitmq.nodes", "epmd"];

    /// <summary>Name of every port that a system needs.</summary>
    public static readonly IReadOnlyList<string> PortNames =
    [
        "postgres",
        "gateway",
        .. StackOptions.ServiceNames.SelectMany(name =>
            new[] { $"{name}.grpc", $"{name}.http", $"{name}.dapr-grpc", $"{name}.dapr-http" }
        ),
        $"{StackOptions.Web}.http",
        .. RabbitPortNames,
    ];

    public string GatewayUrl => Url("gateway");

    /// <summary>The services that have a sidecar: it is not ready before its service is, and one that never comes would
    /// leave what it hears in the broker's memory until that is full.</summary>
    private IEnumerable<string> Hosted =>
        StackOptions.ServiceNames.Where(name => options.Parts.Contains(name, StringComparer.Ordinal));

    public ServiceState Service(string name, string database) =>
        name == StackOptions.Web
            ? new("", Url($"{name}.http"), "", "", database)
            : new(
                Url($"{name}.grpc"),
                Url($"{name}.http"),
                Url($"{name}.dapr-http"),
                Url($"{name}.dapr-grpc"),
                database
            );

    public ChildSpec Gateway() =>
        Ours("gateway", "Mobility.PaymentGateway", ["--port", Port("gateway"), "--data", run.Gateway]) with
        {
            Environment = Environment(("GATEWAY_SECRET", run.Secret("gateway-secret"))),
        };

    /// <summary>Our sidecar hosts every service in one process; daprd needs a process for each.</summary>
    /// <param name="broker">Address of RabbitMQ; null when the broker is in memory.</param>
    public IReadOnlyList<ChildSpec> Sidecars(Uri? broker)
    {
        var environment = Environment(
            ("APP_API_TOKEN", run.Secret("app-api-token")),
            ("DAPR_API_TOKEN", run.Secret("dapr-api-token"))
        );
        // The variable that dapr-components/rabbitmq/pubsub.yaml names.
        environment["RABBITMQ_CONNECTION"] = broker?.ToString();
        if (options.Daprd is { } daprd)
        {
            return
            [
                .. Hosted.Select(name => new ChildSpec(
                    $"daprd-{name}",
                    daprd,
                    [.. SharedFlags(), .. AppFlags(name), "--metrics-port", "0"]
                )
                {
                    Environment = environment,
                    WorkingDirectory = options.Root,
                    LogFile = run.Log($"daprd-{name}"),
                }),
            ];
        }
        var apps = Hosted.SelectMany((name, i) => i == 0 ? AppFlags(name) : ["--and", .. AppFlags(name)]);
        string[] arguments = [.. SharedFlags(), .. options.SidecarArguments, .. apps];
        return [Ours("sidecar", "Mobility.Sidecar", arguments) with { Environment = environment }];
    }

    public ChildSpec App(string name, string database)
    {
        var project = "Mobility." + CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name);
        return Ours(name, project, []) with { Environment = Environment([.. Shared(name, database), .. Own(name)]) };
    }

    private IEnumerable<(string Name, string Value)> Shared(string name, string database) =>
        [
            ("MOBILITY_DATABASE", database),
            ("MOBILITY_HTTP_PORT", Port($"{name}.http")),
            ("MOBILITY_BIND", "127.0.0.1"),
            ("MOBILITY_ISSUERS", run.Issuers),
            ("MOBILITY_CLIENTS", run.Clients),
            ("MOBILITY_HOLIDAYS", run.Holidays),
            ("MOBILITY_DEV", "1"),
            ("MOBILITY_DEV_CLOCK", run.Clock),
            ("MOBILITY_KILL_POINTS", run.KillPoints),
            ("APP_API_TOKEN", run.Secret("app-api-token")),
            // A port of gRPC that nobody calls may be any free one.
            ("MOBILITY_GRPC_PORT", name == StackOptions.Web ? "0" : Port($"{name}.grpc")),
            .. name == StackOptions.Web ? [] : Sidecar(name),
        ];

    private IEnumerable<(string Name, string Value)> Sidecar(string name) =>
        [
            ("DAPR_API_TOKEN", run.Secret("dapr-api-token")),
            ("DAPR_HTTP_ENDPOINT", Url($"{name}.dapr-http")),
            ("DAPR_GRPC_ENDPOINT", Url($"{name}.dapr-grpc")),
        ];

    /// <summary>What one service alone is told.</summary>
    private IEnumerable<(string Name, string Value)> Own(string name) =>
        name switch
        {
            "refunds" =>
            [
                ("MOBILITY_GATEWAY_URL", GatewayUrl),
                ("MOBILITY_GATEWAY_SECRET", run.Secret("gateway-secret")),
                ("MOBILITY_PERSON_KEY", run.Key("person-key")),
            ],
            "parking" =>
            [
                ("MOBILITY_TRACKING_KEY", run.Key("tracking-key")),
                ("MOBILITY_CONTACT_KEY", run.Key("contact-key")),
                .. options.Boundaries() is { Count: > 0 } files
                    ? new[] { ("MOBILITY_BOUNDARIES", string.Join(';', files)) }
                    : [],
            ],
            "desk" => [("MOBILITY_MESSAGE_FILE", run.Messages)],
            StackOptions.Web =>
            [
                .. StackOptions.ServiceNames.Select(other =>
                    ($"MOBILITY_{other.ToUpperInvariant()}_URL", Url($"{other}.grpc"))
                ),
                ("MOBILITY_WEB_KEY", run.Key("web-key")),
                ("MOBILITY_DEV_KEY", run.IssuerKey),
                ("MOBILITY_DEV_PEOPLE", options.PeopleFile),
            ],
            _ => [],
        };

    /// <summary>URLs that answer 2xx once a part serves.</summary>
    public IReadOnlyList<string> ReadyUrls(string part)
    {
        var apps = Hosted.Where(name => part == "sidecar" || part == $"daprd-{name}").ToList();
        return part == "gateway" ? [$"{GatewayUrl}/healthz"]
            : apps.Count > 0 ? [.. apps.Select(app => $"{Url($"{app}.dapr-http")}/v1.0/healthz")]
            : [$"{Url($"{part}.http")}/readyz"];
    }

    public IReadOnlyList<string> Addresses(string part)
    {
        var apps = Hosted.Where(name => part == "sidecar" || part == $"daprd-{name}").ToList();
        return part is "postgres" or "rabbitmq" or "epmd" ? [$"127.0.0.1:{Port(part)}"]
            : part == "gateway" ? [GatewayUrl]
            : apps.Count > 0 ? [.. apps.Select(a => $"{a}: {Url($"{a}.dapr-http")} grpc :{Port($"{a}.dapr-grpc")}")]
            : part == StackOptions.Web ? [Url($"{part}.http")]
            : [$"grpc {Url($"{part}.grpc")}", $"http {Url($"{part}.http")}"];
    }

    private ChildSpec Ours(string name, string project, IReadOnlyList<string> arguments) =>
        new(name, options.Executable(project), arguments) { WorkingDirectory = options.Root, LogFile = run.Log(name) };

    private string[] SharedFlags() =>
        ["--resources-path", ResourcesFolder, "--config", Path.Combine(ResourcesFolder, "config.yaml")];

    private string ResourcesFolder => options.RabbitMq ? run.Resources : options.ResourcesFolder;

    private string[] AppFlags(string name) =>
        [
            "--app-id",
            name,
            "--app-port",
            Port($"{name}.http"),
            "--dapr-http-port",
            Port($"{name}.dapr-http"),
            "--dapr-grpc-port",
            Port($"{name}.dapr-grpc"),
            // While a service or its database is away, messages wait in place and none becomes a dead letter.
            "--enable-app-health-check",
            "--app-health-check-path",
            "/readyz",
            "--app-health-probe-interval",
            "1",
            "--app-health-threshold",
            "2",
        ];

    private static Dictionary<string, string?> Environment(params (string Name, string Value)[] own)
    {
        var environment = own.ToDictionary(pair => pair.Name, string? (pair) => pair.Value, StringComparer.Ordinal);
        // An inherited address list would add a port that nobody counts on.
        environment["ASPNETCORE_URLS"] = null;
        environment["ASPNETCORE_HTTP_PORTS"] = null;
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        environment["DOTNET_ROOT"] = runtime;
        return environment;
    }

    private string Port(string name) => ports[name].ToString(CultureInfo.InvariantCulture);

    private string Url(string name) => $"http://127.0.0.1:{Port(name)}";
}
