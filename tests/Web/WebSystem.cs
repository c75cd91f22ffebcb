using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Refunds;
using Mobility.Tests.Support;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>The browser tests run one after the other against one system.</summary>
[CollectionDefinition(Name)]
public sealed class PagesCollection : ICollectionFixture<WebSystem>
{
    public const string Name = "pages";
}

/// <summary>
/// The five services in this process on PostgreSQL databases of their own, the gateway's process, and events carried
/// between the services: all that stands behind the pages. Its clock goes on by itself, because jobs wait for it.
/// </summary>
public sealed class WebSystem : IAsyncLifetime
{
    private readonly FakeClock clock = new();
    private readonly Dictionary<string, TestService> services = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource end = new();
    private GatewayProcess? gateway;
    private EventPump? pump;
    private Task? pace;

    public FakeClock Clock => clock;

    public TestService Web => services["web"];

    internal WebPeople People { get; private set; } = null!;

    internal GatewayClient Gateway { get; private set; } = null!;

    internal FaultsService.FaultsServiceClient Faults { get; private set; } = null!;

    internal ParkingService.ParkingServiceClient Parking { get; private set; } = null!;

    internal RefundsService.RefundsServiceClient Refunds { get; private set; } = null!;

    internal DeskService.DeskServiceClient Desk { get; private set; } = null!;

    /// <summary>A service by its name, for what tests look up in its database.</summary>
    public TestService Service(string name) => services[name];

    public async Task InitializeAsync()
    {
        gateway = await GatewayProcess.Start(TestFolder.New("web-gateway"));
        pump = await EventPump.Start(
            ("faults", ["refunds", "parking", "desk"]),
            ("refunds", ["faults", "parking", "desk"]),
            ("parking", ["desk"]),
            ("desk", ["parking"])
        );
        await Task.WhenAll(
            Start(new FaultsApp()),
            Start(new ParkingApp()),
            Start(
                new RefundsApp(),
                (SettleRefunds.GatewayUrl, gateway.Url.ToString()),
                (SettleRefunds.GatewaySecret, GatewayProcess.Secret)
            ),
            Start(new DeskApp())
        );
        await Start(
            new WebApp(),
            [
                .. Backends.UrlSettings.Zip(
                    ["faults", "parking", "refunds", "desk"],
                    (setting, name) => (setting, WebHouse.UrlOf(services[name]))
                ),
            ]
        );
        Gateway = gateway.Client();
        Faults = new(services["faults"].Channel);
        Parking = new(services["parking"].Channel);
        Refunds = new(services["refunds"].Channel);
        Desk = new(services["desk"].Channel);
        pump.Run();
        pace = Task.Run(Pace);
        People = await WebPeople.Settle(this);
    }

    /// <summary>All that was published is applied, and what that led to.</summary>
    public Task Drain() => pump!.Drain();

    public async Task DisposeAsync()
    {
        await end.CancelAsync();
        await (pace ?? Task.CompletedTask);
        foreach (var service in services.Values.Reverse())
        {
            await service.DisposeAsync();
        }
        Gateway?.Dispose();
        await (pump?.DisposeAsync() ?? ValueTask.CompletedTask);
        gateway?.Dispose();
        end.Dispose();
    }

    private async Task Start(ServiceApp app, params (string Name, string Value)[] own)
    {
        var settings = TestService.OwnOf(app).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach (var (name, value) in own)
        {
            settings[name] = value;
        }
        var service = await TestService.Start(app, settings, clock, pump!.Endpoint);
        lock (services)
        {
            services.Add(app.Name, service);
        }
        if (!string.Equals(app.Name, "web", StringComparison.Ordinal))
        {
            pump.Add(app.Name, service);
        }
    }

    /// <summary>Lets the clock go on with the machine's.</summary>
    private async Task Pace()
    {
        var beat = TimeSpan.FromMilliseconds(100);
        using var timer = new PeriodicTimer(beat);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                clock.Advance(beat);
            }
        }
        catch (OperationCanceledException)
        {
            // The tests are over.
        }
    }
}
