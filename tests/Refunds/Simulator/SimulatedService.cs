using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds;
using Mobility.Tests.Support;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>
/// Refunds without its host: the slices, handlers and jobs of its page on a real database, called one after the other,
/// on a clock and beside a gateway that a history moves. Histories follow each other on it, each with a client of its
/// own.
/// </summary>
internal sealed class SimulatedService : IAsyncDisposable
{
    /// <summary>A history asks the same few statements of small tables a thousand times; to plan each anew took a third
    /// of its time, and no answer depends on it.</summary>
    private const string KeptPlans = "Options=-c plan_cache_mode=force_generic_plan";

    private readonly RefundsApp app = new();
    private readonly AppPage page;
    private readonly Settings settings;
    private readonly ClientCatalogue clients;
    private readonly ErrorLog log = new();
    private SettleRefunds settle = new(atOnce: 1);
    private ReconcilePayments reconcile = new();
    private JobContext? context;

    private SimulatedService(string database, StillClock clock, FaultyGateway gateway, string catalogue)
    {
        page = AppPage.Of(app);
        (Clock, Gateway, clients) = (clock, gateway, ClientCatalogue.Load(catalogue));
        Db = new Db($"{database};{KeptPlans}", app.Name, clock) { Clients = clients };
        var own = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [SettleRefunds.GatewayUrl] = gateway.Url.ToString(),
            [SettleRefunds.GatewaySecret] = "the-simulator-asks-for-none",
            [PersonKey.Setting] = Convert.ToBase64String(new byte[32]),
        };
        settings = new Settings(
            database,
            IPAddress.Loopback,
            HttpPort: 0,
            GrpcPort: 0,
            TestIssuer.IssuersFile,
            catalogue,
            "none",
            Development: true,
            Pubsub: "pubsub",
            own
        );
        Key = PersonKey.Read(settings);
    }

    public Db Db { get; }
    public StillClock Clock { get; }
    public FaultyGateway Gateway { get; }
    public PersonKey Key { get; }
    public AdmissionQueue Queue { get; } = new();

    /// <summary>What was logged as an error since the history began.</summary>
    public IReadOnlyCollection<string> Errors => log.Lines;

    /// <summary>Opens it for the histories of those clients.</summary>
    public static async Task<SimulatedService> Open(string database, IEnumerable<string> clientIds)
    {
        var clock = new StillClock();
        return new SimulatedService(database, clock, await FaultyGateway.Start(clock), Catalogue(clientIds));
    }

    /// <summary>Nothing is left of the history before but its rows, which are another client's.</summary>
    public void Begin(string clientId, int seed, DateTimeOffset start)
    {
        Clock.Now = start;
        Gateway.Begin(seed);
        log.Lines.Clear();
        context = new JobContext(Db, ClientCatalogue.Load(Catalogue([clientId])), settings, Clock, log, default);
        Restart();
    }

    /// <summary>What the process kept in memory is gone.</summary>
    public void Restart()
    {
        settle = new SettleRefunds(atOnce: 1);
        reconcile = new ReconcilePayments();
    }

    /// <summary>Calls an RPC as the gate does once it knows the caller.</summary>
    /// <exception cref="Refusal">Whatever the call is refused for.</exception>
    public async Task<T> Invoke<T>(string rpc, Caller caller, Func<Call, Task<T>> slice)
    {
        if (!caller.IsAnonymous && !app.ReadsStanding(rpc))
        {
            await app.AdmitCaller(Db, caller, caller.Clients[0], default);
        }
        return await slice(new Call(new NoWire(rpc), caller, Db, clients, Clock));
    }

    /// <summary>Applies an event once, as the inbox does.</summary>
    public Task<bool> Deliver(string clientId, Guid id, IMessage evt) =>
        Db.InTransaction(
            clientId,
            async tx =>
            {
                var fresh = await Once.TryTake(tx, new OnceKey($"event:{id}", SHA256.HashData(evt.ToByteArray())));
                if (fresh)
                {
                    await page.Events[evt.Descriptor.FullName].Handle!(evt, tx);
                }
                return fresh;
            },
            default
        );

    /// <summary>Rows of the client.</summary>
    public Task<IReadOnlyList<T>> Rows<T>(string clientId, string sql) =>
        Db.InTransaction(clientId, tx => tx.List<T>(sql, new { tx.ClientId }), default);

    public Task Settle() => settle.Run(context!);

    /// <summary>The process dies when its next order has reached the gateway; what it had under way is nobody's.
    /// </summary>
    public async Task SettleAndDie()
    {
        using var death = new CancellationTokenSource();
        Gateway.Death = death;
        try
        {
            await settle.Run(context! with { Token = death.Token });
        }
        catch (OperationCanceledException) when (death.IsCancellationRequested)
        {
            // Whether the job or its step hears of the death first is chance, and only one of them ends like this.
        }
        if (death.IsCancellationRequested)
        {
            Restart();
        }
        Gateway.Death = null;
    }

    public Task Reconcile() => reconcile.Run(context!);

    public Task Watch() => WatchDueTimes.Run(context!);

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        await Gateway.DisposeAsync();
    }

    private static string Catalogue(IEnumerable<string> clientIds)
    {
        var file = Path.Combine(TestFolder.New("clients"), "clients.json");
        var list = clientIds.Select(id => new
        {
            id,
            display_name = id,
            time_zone = "Asia/Seoul",
            currency = "KRW",
            products = new[] { "scooter", "e-bike" },
            service_area = new[] { new[] { 37.6, 128.75, 37.95, 129.1 } },
        });
        File.WriteAllText(file, JsonSerializer.Serialize(new { version = "simulator", clients = list }));
        return file;
    }

    private sealed class ErrorLog : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
            {
                Lines.Enqueue($"{formatter(state, exception)} {exception?.Message}".Trim());
            }
        }
    }
}
