using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Xunit;

namespace Mobility.Tests.Support;

/// <summary>
/// A service in the test's process on a database of its own: the real host, the real gate, real PostgreSQL. The sidecar is
/// away, so events wait in the outbox where tests read them. An error line that no test expects fails the test.
/// </summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly RunningService running;
    private readonly LogKeeper logs;

    private TestService(RunningService running, LogKeeper logs, FakeClock clock, Settings settings)
    {
        this.running = running;
        this.logs = logs;
        Clock = clock;
        Settings = settings;
        Channel = GrpcChannel.ForAddress($"http://{running.Grpc}");
    }

    /// <summary>The service's clock.</summary>
    public FakeClock Clock { get; }

    /// <summary>The service's settings.</summary>
    public Settings Settings { get; }

    /// <summary>The service's database, for assertions and for jobs run by hand.</summary>
    public Db Db => running.Db;

    /// <summary>Channel to the service's gRPC port.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Address of events, health and metrics.</summary>
    public Uri Http => new($"http://{running.Http}");

    /// <summary>Error lines that this test expects.</summary>
    public bool ErrorsExpected { get; set; }

    /// <summary>All lines logged, for tests that look for what must not be in them.</summary>
    public IReadOnlyCollection<string> LogLines => [.. logs.Lines];

    /// <summary>Starts an app on a fresh copy of its migrated database.</summary>
    public static async Task<TestService> Start(
        ServiceApp app,
        IReadOnlyDictionary<string, string>? own = null,
        FakeClock? clock = null
    )
    {
        clock ??= new FakeClock();
        var database = await TestPostgres.CopyOf(
            $"template_{app.Name}",
            async connection =>
            {
                await using var db = new Db(connection, app.Name, TimeProvider.System);
                using var quiet = LoggerFactory.Create(_ => { });
                await Migrator.Run(
                    db,
                    app.GetType().Assembly,
                    TimeProvider.System,
                    quiet.CreateLogger("template"),
                    default
                );
            }
        );
        var settings = new Settings(
            database,
            System.Net.IPAddress.Loopback,
            HttpPort: 0,
            GrpcPort: 0,
            TestIssuer.IssuersFile,
            TestIssuer.ClientsFile,
            AppApiToken: "test-app-api-token",
            Development: true,
            Pubsub: "pubsub",
            own ?? new Dictionary<string, string>(StringComparer.Ordinal)
        )
        {
            // Nobody listens on the discard port: the relay finds the broker away.
            DaprGrpcEndpoint = "http://127.0.0.1:9",
        };
        var logs = new LogKeeper();
        var running = await ServiceHost.Start(
            app,
            settings,
            clock,
            logging => logging.ClearProviders().AddProvider(logs)
        );
        return new TestService(running, logs, clock, settings);
    }

    /// <summary>Call headers with a token of the role.</summary>
    public Metadata As(Role role, string subject, string client = TestIssuer.Client) =>
        Bearer(TestIssuer.Token(role, subject, Clock.GetUtcNow(), client));

    /// <summary>Call headers with the token.</summary>
    public static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    /// <summary>What a job of this service runs with.</summary>
    public JobContext Job() =>
        new(
            Db,
            ClientCatalogue.Load(Settings.ClientsFile),
            Settings,
            Clock,
            new LogKeeperLogger("job", logs),
            CancellationToken.None
        );

    /// <summary>Rows of a query over all clients.</summary>
    public Task<IReadOnlyList<T>> Rows<T>(string sql, object? args = null) =>
        Db.InTransaction(Db.AllClients, tx => tx.List<T>(sql, args), CancellationToken.None);

    /// <summary>Events of the outbox in order.</summary>
    public async Task<IReadOnlyList<(string Type, string Data)>> Events() =>
        await Rows<(string, string)>("""SELECT type, envelope->>'data' FROM outbox ORDER BY id""");

    /// <summary>Applies an event as if it had come from its publisher, in a transaction of its own.</summary>
    public Task Apply<T>(Func<T, Tx, Task> handle, T evt, string clientId = TestIssuer.Client)
        where T : IMessage<T> =>
        Db.InTransaction(
            clientId,
            async tx =>
            {
                await handle(evt, tx);
                return true;
            },
            CancellationToken.None
        );

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await running.DisposeAsync();
        if (!ErrorsExpected)
        {
            Assert.Empty(logs.Errors);
        }
    }

    /// <summary>The rich status of a refused call.</summary>
    public static Google.Rpc.Status StatusOf(RpcException error) =>
        Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes(Refusal.DetailsTrailer));

    /// <summary>The reason of a refused call.</summary>
    public static string ReasonOf(RpcException error) =>
        StatusOf(error).Details.First(d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>().Type;

    /// <summary>The fields that a refused call violated, in order.</summary>
    public static IReadOnlyList<string> FieldsOf(RpcException error) =>
        [
            .. StatusOf(error)
                .Details.Where(d => d.Is(BadRequest.Descriptor))
                .SelectMany(d => d.Unpack<BadRequest>().FieldViolations.Select(v => v.Field)),
        ];

    private sealed class LogKeeper : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();
        public ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => new LogKeeperLogger(categoryName, this);

        public void Dispose() { }
    }

    private sealed class LogKeeperLogger(string category, LogKeeper keeper) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var line = $"{category} {logLevel} {formatter(state, exception)} {exception}";
            keeper.Lines.Enqueue(line);
            if (logLevel >= LogLevel.Error)
            {
                keeper.Errors.Enqueue(line);
            }
        }
    }
}
