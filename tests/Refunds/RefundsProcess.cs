using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using Mobility.Launcher;
using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Platform;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>
/// The built service as a process of its own, on a database, a gateway and a clock that outlive it. It is killed where
/// a file says so, and started again.
/// </summary>
public sealed class RefundsProcess : IAsyncDisposable
{
    /// <summary>A started process is waited for and a place is reached within this, on a loaded machine too.</summary>
    private static readonly TimeSpan Patience = Poll.Patience;

    private static readonly TimeSpan Knock = TimeSpan.FromMilliseconds(50);

    private readonly string folder;
    private readonly Dictionary<string, string?> environment;
    private readonly string grpcPort = FreePort.Next().ToString(CultureInfo.InvariantCulture);
    private Process? process;
    private readonly GrpcChannel channel;

    private RefundsProcess(string folder, string database, Uri gateway)
    {
        this.folder = folder;
        var clock = Path.Combine(folder, "clock");
        File.WriteAllBytes(clock, new byte[sizeof(long)]);
        // Callers knock again at once: a process that was started may be there any moment.
        var knocking = new GrpcChannelOptions { InitialReconnectBackoff = Knock, MaxReconnectBackoff = Knock };
        channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpcPort}", knocking);
        Clock = new DevelopmentClock(clock);
        Db = new Db(database, "refunds", Clock);
        environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["MOBILITY_DATABASE"] = database,
            ["MOBILITY_HTTP_PORT"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["MOBILITY_GRPC_PORT"] = grpcPort,
            ["MOBILITY_ISSUERS"] = TestIssuer.IssuersFile,
            ["MOBILITY_CLIENTS"] = TestIssuer.ClientsFile,
            ["MOBILITY_DEV"] = "1",
            ["MOBILITY_DEV_CLOCK"] = clock,
            ["MOBILITY_KILL_POINTS"] = folder,
            ["APP_API_TOKEN"] = TestService.AppApiToken,
            // Nobody listens on the discard port: events wait in the outbox.
            ["DAPR_GRPC_ENDPOINT"] = "http://127.0.0.1:9",
            [SettleRefunds.GatewayUrl] = gateway.ToString(),
            [SettleRefunds.GatewaySecret] = GatewayProcess.Secret,
            [PersonKey.Setting] = Convert.ToBase64String(new byte[32]),
        };
    }

    public DevelopmentClock Clock { get; }

    /// <summary>The database, which is there while the process is not.</summary>
    public Db Db { get; }

    /// <summary>Calls whatever process runs now.</summary>
    public RefundsService.RefundsServiceClient Rpc => new(channel);

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    public static async Task<RefundsProcess> Start(Uri gateway)
    {
        var database = await TestService.NewDatabase(new RefundsApp());
        var started = new RefundsProcess(TestFolder.New("refunds-process"), database, gateway);
        await started.Start();
        return started;
    }

    /// <summary>Starts it again; it may take a moment until it answers.</summary>
    public async Task Start()
    {
        process?.Dispose();
        var program = ProgramOf("Mobility.Refunds");
        process = await Spawner.Start(
            new ChildSpec("refunds", program, []) { Environment = environment, LogFile = Log }
        );
        Starts++;
    }

    /// <summary>The next time that it is there it ends.</summary>
    public void Arm(string place) => File.Create(ArmedFile(place)).Dispose();

    public bool IsDead => process!.HasExited;

    /// <summary>Nothing ends it any more.</summary>
    public void Disarm()
    {
        foreach (var file in Directory.EnumerateFiles(folder, "refunds.*-*"))
        {
            File.Delete(file);
        }
    }

    /// <summary>Returns once it is dead, killed at that place; meanwhile it is pushed on.</summary>
    public async Task Died(string place, Func<Task> push)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!process!.HasExited)
        {
            Assert.False(deadline.IsCancellationRequested, $"{place} was not reached\n{await LastLines()}");
            await push();
            await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        Assert.True(
            File.Exists(ArmedFile(place) + ".fired"),
            $"it ended elsewhere than at {place}\n{await LastLines()}"
        );
        File.Delete(ArmedFile(place) + ".fired");
    }

    /// <summary>Lines that no kill explains.</summary>
    public async Task<IReadOnlyList<string>> Errors() =>
        [.. (await ReadLog()).Split('\n').Where(line => line.Contains(" fail: ", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
        }
        process?.Dispose();
        await Db.DisposeAsync();
        Clock.Dispose();
    }

    /// <summary>Path of a built program, beside that of the tests.</summary>
    private static string ProgramOf(string name)
    {
        // artifacts/bin/Mobility.Tests/debug → artifacts/bin/NAME/debug
        var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(mine.Parent!.Parent!.FullName, name, mine.Name, name);
    }

    private string Log => Path.Combine(folder, "refunds.log");

    private string ArmedFile(string place) => Path.Combine(folder, $"refunds.{place}");

    private async Task<string> ReadLog()
    {
        await using var file = new FileStream(Log, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        using var text = new StreamReader(file);
        return await text.ReadToEndAsync();
    }

    private async Task<string> LastLines() => string.Join('\n', (await ReadLog()).Split('\n').TakeLast(30));
}
