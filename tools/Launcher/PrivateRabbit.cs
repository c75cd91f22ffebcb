using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mobility.Launcher;

/// <summary>How a private RabbitMQ is set up.</summary>
/// <param name="Folder">Its folder; made when missing, used again when present.</param>
public sealed record RabbitOptions(string Folder)
{
    /// <summary>Ports on 127.0.0.1: for clients, for other nodes (there are none), for the names server.</summary>
    public IReadOnlyList<int> Ports { get; init; } = Launcher.Ports.Pick(3);

    /// <summary>File that receives the output of a program.</summary>
    public Func<string, string?> LogOf { get; init; } = _ => null;
}

/// <summary>
/// A RabbitMQ of our own on 127.0.0.1: two processes, the server and the names server (epmd) without which no Erlang
/// node starts. The node would start that one itself, on a fixed port, and leave it behind.
/// </summary>
public sealed class PrivateRabbit : IAsyncDisposable
{
    public const string UserName = "mobility";

    /// <summary>A node that begins empty needs 3 s on a quiet machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly RabbitHome home;
    private readonly int port;
    private readonly int namesPort;
    private readonly List<Process> processes = [];

    private PrivateRabbit(RabbitHome home, RabbitOptions options)
    {
        this.home = home;
        port = options.Ports[0];
        namesPort = options.Ports[2];
        var environment = home.Environment(port, options.Ports[1], namesPort);
        Names = new ChildSpec(
            "epmd",
            "/usr/bin/epmd",
            ["-address", "127.0.0.1", "-port", namesPort.ToString(CultureInfo.InvariantCulture)]
        )
        {
            User = home.User,
            WorkingDirectory = home.Folder,
            Environment = environment,
            LogFile = options.LogOf("epmd"),
        };
        Server = new ChildSpec("rabbitmq", home.Program, [])
        {
            User = home.User,
            WorkingDirectory = home.Folder,
            Environment = environment,
            DeathSignal = "TERM",
            LogFile = options.LogOf("rabbitmq"),
        };
    }

    /// <summary>Where it keeps what it remembers.</summary>
    public string Data => home.Data;

    /// <summary>Address with its password.</summary>
    public Uri Connection => new($"amqp://{UserName}:{home.Password}@127.0.0.1:{port}/");

    /// <summary>How the names server is started, which comes first.</summary>
    public ChildSpec Names { get; }

    /// <summary>How the server is started.</summary>
    public ChildSpec Server { get; }

    /// <summary>Makes the folder and its settings; starts nothing.</summary>
    /// <exception cref="InvalidOperationException">RabbitMQ is not installed; the message names the
    /// package.</exception>
    public static async Task<PrivateRabbit> Prepare(RabbitOptions options, CancellationToken token = default) =>
        new(await RabbitHome.Prepare(options.Folder, options.Ports[0], token), options);

    /// <summary>Prepares and starts one and waits until it answers.</summary>
    public static async Task<PrivateRabbit> StartAsync(RabbitOptions options, CancellationToken token = default)
    {
        var rabbit = await Prepare(options, token);
        rabbit.processes.Add(await Spawner.Start(rabbit.Names));
        await rabbit.NamesReady(token);
        await rabbit.StartServer(token);
        return rabbit;
    }

    /// <summary>Starts the server of a started one again, after <see cref="KillServer"/>.</summary>
    public async Task StartServer(CancellationToken token = default)
    {
        processes.Add(await Spawner.Start(Server));
        await ServerReady(token);
    }

    /// <summary>Ends the server of <see cref="StartAsync"/> at once, as a crash does.</summary>
    public async Task KillServer()
    {
        var server = processes[^1];
        server.Kill();
        await server.WaitForExitAsync();
    }

    /// <summary>Waits until names can be registered.</summary>
    public Task NamesReady(CancellationToken token) => Listens(namesPort, token);

    /// <summary>Waits until clients are let in: it opens this port last.</summary>
    public Task ServerReady(CancellationToken token) => Listens(port, token);

    /// <summary>Ends a running server and deletes all that it remembers, under whatever supervisor: it is started
    /// again as a new and empty one.</summary>
    /// <param name="folder">The folder that it was prepared with.</param>
    /// <param name="pid">Its process.</param>
    public static void Wipe(string folder, int pid)
    {
        var data = RabbitHome.DataIn(ServerFolder.Placed(folder));
        // Nothing of it runs between the loss of its data and its end, and no successor finds them.
        Signals.Send(pid, Signals.Stop);
        Directory.Move(data, data + ".wiped");
        Signals.Send(pid, Signals.Kill);
        Directory.Delete(data + ".wiped", recursive: true);
    }

    /// <summary>Deletes the folder of a stopped one, wherever its data lie.</summary>
    public static void Delete(string folder) => ServerFolder.Delete(folder);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(processes))
        {
            await Children.Stop(process, Signals.Terminate);
            process.Dispose();
        }
    }

    private static async Task Listens(int port, CancellationToken token)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, token);
                return;
            }
            catch (SocketException e)
            {
                if (Stopwatch.GetElapsedTime(since) > Patience)
                {
                    throw new InvalidOperationException($"RabbitMQ does not listen on port {port}", e);
                }
            }
            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }
}
