using System.Net;

namespace Mobility.Platform;

/// <summary>What a service process is told by its environment, checked whole before anything starts.</summary>
/// <param name="Database">Npgsql connection string of the service's own database.</param>
/// <param name="Bind">Address to listen on.</param>
/// <param name="HttpPort">Port of events, health and metrics, HTTP/1.1; 0 means any free one.</param>
/// <param name="GrpcPort">Port of gRPC, h2c; 0 means any free one.</param>
/// <param name="IssuersFile">Path of the table of token issuers.</param>
/// <param name="ClientsFile">Path of the clients' catalogue.</param>
/// <param name="AppApiToken">What the sidecar must show on every delivery.</param>
/// <param name="Development">Is the development issuer allowed?</param>
/// <param name="Pubsub">Name of the Dapr component.</param>
/// <param name="Own">The service's own settings by their environment names.</param>
public sealed record Settings(
    string Database,
    IPAddress Bind,
    int HttpPort,
    int GrpcPort,
    string IssuersFile,
    string ClientsFile,
    string AppApiToken,
    bool Development,
    string Pubsub,
    IReadOnlyDictionary<string, string> Own
)
{
    /// <summary>Address of the sidecar's gRPC API; null leaves it to the Dapr client's own environment.</summary>
    public string? DaprGrpcEndpoint { get; init; }

    /// <summary>File of the clock that a scenario moves (<see cref="Platform.DevelopmentClock"/>); null for the
    /// machine's own.</summary>
    public string? DevelopmentClock { get; init; }

    /// <summary>Folder in which a scenario arms a <see cref="KillPoint"/>; null for none.</summary>
    public string? KillPoints { get; init; }

    /// <summary>Folder with newer versions of the public holidays; null for those of the build alone.</summary>
    public string? Holidays { get; init; }

    /// <summary>Reads and checks the environment.</summary>
    /// <param name="variable">Value of a variable, null when unset.</param>
    /// <param name="required">Names that the service needs beyond the platform's.</param>
    /// <param name="optional">Names that it reads when they are set.</param>
    /// <exception cref="InvalidOperationException">Names every violation.</exception>
    public static Settings Read(
        Func<string, string?> variable,
        IReadOnlyList<string> required,
        IReadOnlyList<string> optional
    )
    {
        var read = new Reader(variable);
        if (!IPAddress.TryParse(variable("MOBILITY_BIND") ?? "127.0.0.1", out var bind))
        {
            read.Violations.Add("MOBILITY_BIND must be an IP address");
        }
        var own = required.Concat(optional.Where(name => !string.IsNullOrWhiteSpace(variable(name))));
        var settings = new Settings(
            read.Text("MOBILITY_DATABASE"),
            bind ?? IPAddress.Loopback,
            read.Port("MOBILITY_HTTP_PORT", 8080),
            read.Port("MOBILITY_GRPC_PORT", 8081),
            read.ExistingFile("MOBILITY_ISSUERS"),
            read.ExistingFile("MOBILITY_CLIENTS"),
            read.Text("APP_API_TOKEN"),
            variable("MOBILITY_DEV") is "1",
            variable("MOBILITY_PUBSUB") ?? "pubsub",
            own.ToDictionary(name => name, read.Text, StringComparer.Ordinal)
        )
        {
            DevelopmentClock = variable("MOBILITY_DEV_CLOCK") is { Length: > 0 }
                ? read.ExistingFile("MOBILITY_DEV_CLOCK")
                : null,
            KillPoints = variable("MOBILITY_KILL_POINTS") is { Length: > 0 } folder ? folder : null,
            Holidays = variable("MOBILITY_HOLIDAYS") is { Length: > 0 } days ? read.ExistingFolder(days) : null,
        };
        if (settings is { DevelopmentClock: not null, Development: false })
        {
            read.Violations.Add("MOBILITY_DEV_CLOCK needs MOBILITY_DEV=1");
        }
        if (settings is { KillPoints: not null, Development: false })
        {
            read.Violations.Add("MOBILITY_KILL_POINTS needs MOBILITY_DEV=1");
        }
        return read.Violations.Count == 0
            ? settings
            : throw new InvalidOperationException($"Settings: {string.Join("; ", read.Violations)}.");
    }

    private sealed class Reader(Func<string, string?> variable)
    {
        public List<string> Violations { get; } = [];

        public string Text(string name)
        {
            var value = variable(name);
            if (string.IsNullOrWhiteSpace(value))
            {
                Violations.Add($"{name} is not set");
            }
            return value ?? "";
        }

        public string ExistingFile(string name)
        {
            var path = Text(name);
            if (path.Length > 0 && !File.Exists(path))
            {
                Violations.Add($"{name} names a file that does not exist");
            }
            return path;
        }

        public string ExistingFolder(string path)
        {
            if (!Directory.Exists(path))
            {
                Violations.Add("MOBILITY_HOLIDAYS names a folder that does not exist");
            }
            return path;
        }

        public int Port(string name, int otherwise)
        {
            var value = variable(name);
            if (string.IsNullOrEmpty(value))
            {
                return otherwise;
            }
            if (int.TryParse(value, out var port) && port is >= 0 and <= 65535)
            {
                return port;
            }
            Violations.Add($"{name} must be a port number, 0 to 65535");
            return 0;
        }
    }
}
