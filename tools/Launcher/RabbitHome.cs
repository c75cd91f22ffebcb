using System.Globalization;

namespace Mobility.Launcher;

/// <summary>
/// The folder of a private RabbitMQ: `data`, `password`, `.erlang.cookie` and the files of its settings. Started by
/// root it runs as user rabbitmq.
/// </summary>
internal sealed record RabbitHome(string Folder, string Program, string? User, string Password)
{
    private const string ServerUser = "rabbitmq";

    // In the data's path, so that it stays the same on other ports; a names server of our own makes it unique.
    private const string Node = "mobility@localhost";

    /// <summary>Everything that the broker remembers.</summary>
    public string Data => DataIn(Folder);

    private string Settings => Path.Combine(Folder, "rabbitmq.conf");

    private string NoVariables => Path.Combine(Folder, "variables.conf");

    private string NoPlugins => Path.Combine(Folder, "plugins");

    private string NoMore => Path.Combine(Folder, "advanced.config");

    public static string DataIn(string folder) => Path.Combine(folder, "data");

    /// <summary>Finds or makes the folder and writes its settings.</summary>
    public static async Task<RabbitHome> Prepare(string folder, int port, CancellationToken token)
    {
        var program = FindProgram();
        var user = ServerFolder.UserWhenRoot(ServerUser);
        var place = await ServerFolder.Place(Path.GetFullPath(folder), user, "mobility-rabbitmq-", token);
        var password = await ServerFolder.ReadOrMakeSecret(Path.Combine(place, "password"), user, token);
        await ServerFolder.ReadOrMakeSecret(Path.Combine(place, ".erlang.cookie"), user, token);
        var home = new RabbitHome(place, program, user, password);
        await home.WriteSettings(port, token);
        return home;
    }

    /// <summary>
    /// The server without the package's wrapper, which refuses other users and works in the system's folders.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not installed; the message says what to install.</exception>
    private static string FindProgram()
    {
        const string root = "/usr/lib/rabbitmq/lib";
        var versions = Directory.Exists(root) ? Directory.GetDirectories(root, "rabbitmq_server-*") : [];
        return versions
                .Order(StringComparer.Ordinal)
                .Select(folder => Path.Combine(folder, "sbin", "rabbitmq-server"))
                .LastOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "RabbitMQ is not installed. On Debian 12: apt-get install -y rabbitmq-server"
            );
    }

    /// <summary>The variables that keep it to this folder and to 127.0.0.1; null removes an inherited one.</summary>
    public IReadOnlyDictionary<string, string?> Environment(int port, int distributionPort, int namesPort)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in System.Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsServers))
        {
            variables[name] = null;
        }
        foreach (var (name, value) in Own(port, distributionPort, namesPort))
        {
            variables[name] = value;
        }
        return variables;
    }

    private static bool IsServers(string name) =>
        name.StartsWith("RABBITMQ_", StringComparison.Ordinal)
        || name.StartsWith("ERL_", StringComparison.Ordinal)
        || name == "XDG_CONFIG_HOME";

    private IEnumerable<(string Name, string Value)> Own(int port, int distributionPort, int namesPort) =>
        [
            ("HOME", Folder),
            ("LANG", "C.UTF-8"),
            // The start script then becomes the server instead of waiting for it, so the child that we know is it.
            ("RUNNING_UNDER_SYSTEMD", "true"),
            ("ERL_EPMD_PORT", Text(namesPort)),
            ("ERL_EPMD_ADDRESS", "127.0.0.1"),
            ("RABBITMQ_NODENAME", Node),
            ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
            ("RABBITMQ_NODE_PORT", Text(port)),
            ("RABBITMQ_DIST_PORT", Text(distributionPort)),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
            ("RABBITMQ_MNESIA_BASE", Data),
            ("RABBITMQ_LOG_BASE", Folder),
            ("RABBITMQ_LOGS", "-"),
            ("RABBITMQ_PID_FILE", Path.Combine(Folder, "pid")),
            ("RABBITMQ_CONFIG_FILE", Settings),
            ("RABBITMQ_CONFIG_FILES", Path.Combine(Folder, "conf.d")),
            // Without these three it reads those of the system's own broker under /etc.
            ("RABBITMQ_CONF_ENV_FILE", NoVariables),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", NoMore),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", NoPlugins),
        ];

    private async Task WriteSettings(int port, CancellationToken token)
    {
        string[] settings =
        [
            $"listeners.tcp.1 = 127.0.0.1:{Text(port)}",
            $"default_user = {PrivateRabbit.UserName}",
            $"default_pass = {Password}",
            // Absolute, because a share of the machine says nothing on a small one.
            "vm_memory_high_watermark.absolute = 400MiB",
            "disk_free_limit.absolute = 50MB",
            // The default is 512 MB, kept in memory until it is full.
            "raft.wal_max_size_bytes = 67108864",
        ];
        await ServerFolder.WritePrivate(Settings, string.Join('\n', settings) + "\n", token);
        await ServerFolder.WritePrivate(NoVariables, "", token);
        await ServerFolder.WritePrivate(NoMore, "[].\n", token);
        await ServerFolder.WritePrivate(NoPlugins, "[].\n", token);
        await ServerFolder.GiveTo(User, [Settings, NoVariables, NoMore, NoPlugins], token);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
