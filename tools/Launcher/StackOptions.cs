namespace Mobility.Launcher;

/// <summary>Which system is started, and where.</summary>
/// <param name="Root">Folder of the checkout (executables, dapr-components).</param>
/// <param name="RunFolder">Folder of this system's data, secrets and logs.</param>
public sealed record StackOptions(string Root, string RunFolder)
{
    /// <summary>Every part, in the order of start.</summary>
    public static readonly IReadOnlyList<string> AllParts =
    [
        "postgres",
        "gateway",
        "sidecar",
        "faults",
        "refunds",
        "parking",
        "desk",
        Web,
    ];

    /// <summary>The services that publish and hear events: each has a sidecar and a database of its own.</summary>
    public static readonly IReadOnlyList<string> ServiceNames = ["faults", "refunds", "parking", "desk"];

    /// <summary>Who hears whom: `dapr-components/subscriptions.yaml`; a test compares the two.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Hears = new Dictionary<
        string,
        IReadOnlyList<string>
    >(StringComparer.Ordinal)
    {
        ["faults"] = ["refunds"],
        ["refunds"] = ["faults", "desk"],
        ["parking"] = ["faults", "refunds", "desk"],
        ["desk"] = ["faults", "refunds", "parking"],
    };

    /// <summary>The pages that people see: HTTP only, a database of its own, no sidecar.</summary>
    public const string Web = "web";

    /// <summary>Everything that has a database.</summary>
    public static readonly IReadOnlyList<string> DatabaseNames = [.. ServiceNames, Web];

    /// <summary>Extensions of PostgreSQL in a service's database; a test compares them with the service's
    /// page.</summary>
    public static IReadOnlyList<string> ExtensionsOf(string service) => service == "parking" ? ["postgis"] : [];

    /// <summary>Parts to start; the addresses of the others are kept free for them.</summary>
    public IReadOnlyList<string> Parts { get; init; } = AllParts;

    /// <summary>False only for tests: see <see cref="PostgresOptions.Fsync"/>.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>Folder of the Dapr resources; null = `dapr-components` of the checkout.</summary>
    public string? Resources { get; init; }

    /// <summary>The broker is a private RabbitMQ rather than the memory of our sidecar.</summary>
    public bool RabbitMq { get; init; }

    /// <summary>Executable of daprd, one process per service; null = our own sidecar, one process for all.</summary>
    public string? Daprd { get; init; }

    /// <summary>Which build of the parts is started: a bench wants "release".</summary>
    public string Configuration { get; init; } = "debug";

    /// <summary>Added to the sidecar's command line, for instance a test's wish to deliver twice.</summary>
    public IReadOnlyList<string> SidecarArguments { get; init; } = [];

    /// <summary>File of the clients; null = the demo's.</summary>
    public string? Clients { get; init; }

    /// <summary>Folder of real data, for boundaries of administrative areas; null = MOBILITY_DATA, else the folder
    /// `shared/data` beside the checkout.</summary>
    public string? Data { get; init; }

    /// <summary>Longest wait before a part that keeps dying is started again.</summary>
    public TimeSpan LongestRestartWait { get; init; } = Backoff.Longest;

    /// <summary>Told in words of every change.</summary>
    public Action<string> Say { get; init; } = _ => { };

    internal string ResourcesFolder => Resources ?? Path.Combine(Root, "dapr-components");

    internal string ClientsFile => Clients ?? Path.Combine(DemoFolder, "clients.json");

    /// <summary>The people of a development system, whom its pages offer for signing in.</summary>
    internal string PeopleFile => Path.Combine(DemoFolder, "people.json");

    internal string DemoFolder => Path.Combine(Root, "tools", "Launcher", "demo");

    /// <summary>Files of administrative areas, none where there is no real data.</summary>
    internal IReadOnlyList<string> Boundaries()
    {
        var data = Data ?? Environment.GetEnvironmentVariable("MOBILITY_DATA");
        var folder = Path.Combine(data ?? Path.Combine(Root, "..", "shared", "data"), "korea_boundaries");
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.geojson").Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Path of a built executable, for instance `Mobility.Faults`.</summary>
    internal string Executable(string project) =>
        Path.Combine(Root, "artifacts", "bin", project, Configuration, project);
}
