using Microsoft.AspNetCore.Builder;
using Mobility.PaymentGateway;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>The simulator inside the test's process: its clock can be set, it restarts on its directory.</summary>
public sealed class GatewayInProcess : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("gateway");
    private readonly SetClock clock = new();
    private GatewayBooks? books;
    private WebApplication? app;

    public string LedgerFile => Path.Combine(directory.FullName, "ledger.jsonl");

    public GatewayClient Client { get; private set; } = null!;

    public static async Task<GatewayInProcess> Start()
    {
        var gateway = new GatewayInProcess();
        await gateway.Open();
        return gateway;
    }

    public void Pass(TimeSpan time) => clock.Now += time;

    public async Task Restart(Action? whileDown = null)
    {
        await Stop();
        whileDown?.Invoke();
        await Open();
    }

    /// <summary>What a start would complain about, without starting.</summary>
    public async Task<List<string>> StartErrors(Action whileDown)
    {
        await Stop();
        whileDown();
        var errors = new List<string>();
        using var opened = GatewayBooks.Open(Options(), clock, errors);
        return errors;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        directory.Delete(recursive: true);
    }

    private GatewayOptions Options() => new(0, directory.FullName, GatewayProcess.Secret);

    private async Task Open()
    {
        var errors = new List<string>();
        books = GatewayBooks.Open(Options(), clock, errors);
        Assert.Empty(errors);
        app = GatewayApp.Build(Options(), books!, clock);
        await app.StartAsync();
        Client = new GatewayClient(new Uri(app.Urls.Single()));
    }

    private async Task Stop()
    {
        if (app is not null)
        {
            Client.Dispose();
            await app.DisposeAsync();
            books!.Dispose();
            app = null;
        }
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 9, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
