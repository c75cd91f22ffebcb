using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Events;
using Mobility.Platform.Rpc;
using Xunit;

namespace Mobility.Tests.Support;

/// <summary>
/// A service in the test's process on a database of its own: the real host, the real gate, real PostgreSQL. The sidecar
/// is
/// away, so events wait in the outbox where tests read them. An error line that no test expects fails the test.
/// </summary>
public sealed class TestService : IAsyncDisposable
{
    /// <summary>What the sidecar must show.</summary>
    public const string AppApiToken = "test-app-api-token";

    private readonly RunningService running;
    private readonly LogKeeper logs;
    private bool isVisit;

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

    /// <summary>What bounds the service's work.</summary>
    public Overload Overload => running.Web.Services.GetRequiredService<Overload>();

    /// <summary>Patterns of the routes of its HTTP port.</summary>
    public IReadOnlyList<string> Routes =>
        [
            .. running
                .Web.Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Select(endpoint => "/" + endpoint.RoutePattern.RawText?.TrimStart('/'))
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>Error lines that this test expects.</summary>
    public bool ErrorsExpected { get; set; }

    /// <summary>Somebody goes on with the database when the service has ended.</summary>
    public bool DatabaseStays { get; set; }

    /// <summary>All lines logged, for tests that look for what must not be in them.</summary>
    public IReadOnlyCollection<string> LogLines => [.. logs.Lines];

    /// <summary>Starts an app on a fresh copy of its migrated database, which ends with it, or on one of the
    /// caller's.</summary>
    public static async Task<TestService> Start(
        ServiceApp app,
        IReadOnlyDictionary<string, string>? own = null,
        FakeClock? clock = null,
        string? sidecar = null,
        string? database = null,
        string? holidays = null
    )
    {
        clock ??= new FakeClock();
        var given = database;
        database ??= await NewDatabase(app);
        var settings = new Settings(
            database,
            System.Net.IPAddress.Loopback,
            HttpPort: 0,
            GrpcPort: 0,
            TestIssuer.IssuersFile,
            TestIssuer.ClientsFile,
            AppApiToken,
            Development: true,
            Pubsub: "pubsub",
            own ?? new Dictionary<string, string>(StringComparer.Ordinal)
        )
        {
            // Nobody listens on the discard port: the relay finds the broker away.
            DaprGrpcEndpoint = sidecar ?? "http://127.0.0.1:9",
            Holidays = holidays,
        };
        var logs = new LogKeeper();
        var running = await ServiceHost.Start(
            app,
            settings,
            clock,
            logging => logging.ClearProviders().AddProvider(logs)
        );
        return new TestService(running, logs, clock, settings) { DatabaseStays = given is not null };
    }

    /// <summary>The same running service for one test of several: when the test ends, the service goes on, and error
    /// lines that the test left fail it and no other.</summary>
    public TestService Visit() => new(running, logs, Clock, Settings) { isVisit = true, DatabaseStays = true };

    /// <summary>Some value for each setting that the app requires: keys of 32 bytes, and addresses at which nobody
    /// listens, so that what a service may call beyond its database is away.</summary>
    public static IReadOnlyDictionary<string, string> OwnOf(ServiceApp app) =>
        app.RequiredSettings.ToDictionary(
            name => name,
            name =>
                name.EndsWith("_KEY", StringComparison.Ordinal)
                    ? Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray())
                    : "http://127.0.0.1:9",
            StringComparer.Ordinal
        );

    /// <summary>A fresh copy of the app's migrated database, for tests that start the app on it more than
    /// once.</summary>
    public static Task<string> NewDatabase(ServiceApp app) =>
        TestPostgres.CopyOf(
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
            },
            app.DatabaseExtensions
        );

    /// <summary>Hands an envelope to the service as the sidecar does.</summary>
    /// <param name="envelope">A CloudEvent with its topic.</param>
    /// <param name="token">What the sidecar shows; null for nothing.</param>
    /// <param name="route">"/events" or "/dead-letters".</param>
    public async Task<HttpResponseMessage> Deliver(
        JsonObject envelope,
        string? token = AppApiToken,
        string route = "/events"
    )
    {
        using var http = new HttpClient { BaseAddress = Http };
        using var content = new StringContent(envelope.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
        if (token is not null)
        {
            request.Headers.Add("dapr-api-token", token);
        }
        return await http.SendAsync(request);
    }

    /// <summary>An envelope as the relay of that publisher would send it.</summary>
    public static JsonObject EnvelopeOf(IMessage evt, string publisher, long sequence, string subject, Guid? id = null)
    {
        var time = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        var client = ResourceName.ClientOf(subject) ?? Db.AllClients;
        var source = $"{publisher}/11111111-1111-4111-8111-111111111111";
        var envelope = CloudEvent.Envelope(evt, id ?? Guid.CreateVersion7(), subject, client, source, time);
        envelope["sequence"] = sequence.ToString(CultureInfo.InvariantCulture);
        envelope["topic"] = publisher;
        envelope["pubsubname"] = "pubsub";
        return envelope;
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

    /// <summary>One of the service's own singletons.</summary>
    public T Get<T>()
        where T : notnull => running.Web.Services.GetRequiredService<T>();

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
        if (!isVisit)
        {
            await running.DisposeAsync();
        }
        if (!DatabaseStays)
        {
            await TestPostgres.Forget(Settings.Database);
        }
        var errors = logs.TakeErrors();
        if (!ErrorsExpected)
        {
            Assert.True(errors.Count == 0, string.Join('\n', errors));
        }
    }

    /// <summary>The rich status of a refused call.</summary>
    public static Google.Rpc.Status StatusOf(RpcException error) =>
        Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes(Refusal.DetailsTrailer));

    /// <summary>The reason of a refused call.</summary>
    public static string ReasonOf(RpcException error) =>
        (string)ErrorInfo.Descriptor.FindFieldByNumber(1).Accessor.GetValue(InfoOf(error));

    /// <summary>Domain and metadata of a refused call.</summary>
    public static ErrorInfo InfoOf(RpcException error) =>
        StatusOf(error).Details.First(d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();

    /// <summary>The fields that a refused call violated, in order.</summary>
    public static IReadOnlyList<string> FieldsOf(RpcException error) =>
        [
            .. StatusOf(error)
                .Details.Where(d => d.Is(BadRequest.Descriptor))
                .SelectMany(d => d.Unpack<BadRequest>().FieldViolations.Select(v => v.Field)),
        ];
}
