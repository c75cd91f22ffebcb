using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>The simulator's ledger outlives restarts and kills, and a damaged one is never silently accepted.</summary>
public sealed class PaymentGatewayRestartTests : IAsyncLifetime
{
    private const string OneThousand = """{"cancelReason":"x","cancelAmount":1000}""";
    private const string Coupon = """{"rider":"rider-1","amount":3000,"reason":"late refund"}""";

    private GatewayInProcess gateway = null!;

    private GatewayClient Client => gateway.Client;

    public async Task InitializeAsync() => gateway = await GatewayInProcess.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task A_restart_forgets_no_payment_cancel_reply_or_refusal()
    {
        await Client.Capture("pay-1");
        var done = await Client.Cancel("pay-1", OneThousand, "key-1");
        var refused = await Client.Cancel("pay-1", 99_999, "key-2");
        var ledger = (await Client.Get("/simulator/ledger")).Text;
        var coupon = await Client.Post("/back-office/coupons", Coupon, "key-1");

        await gateway.Restart();

        Assert.Equal(9_000, (await Client.Query("pay-1")).Balance);
        Assert.Equal(done.Text, (await Client.Cancel("pay-1", OneThousand, "key-1")).Text);
        Assert.Equal(refused.Text, (await Client.Cancel("pay-1", 99_999, "key-2")).Text);
        Assert.Equal(coupon.Text, (await Client.Post("/back-office/coupons", Coupon, "key-1")).Text);
        Assert.Equal(ledger, (await Client.Get("/simulator/ledger")).Text);
    }

    [Fact]
    public async Task A_line_cut_off_by_a_crash_never_happened()
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", OneThousand, "key-1");

        await gateway.Restart(() => File.AppendAllText(gateway.LedgerFile, """{"type":"cancel","paymentKey":"pa"""));
        await Client.Cancel("pay-1", OneThousand, "key-2");
        await gateway.Restart();

        Assert.Equal([("key-1", 1_000L), ("key-2", 1_000L)], await Client.Ledger());
    }

    [Fact]
    public async Task A_damaged_line_stops_the_start_and_is_named()
    {
        await Client.Capture("pay-1");

        var errors = await gateway.StartErrors(() => File.AppendAllText(gateway.LedgerFile, "{}\n"));

        Assert.Contains("line 2 is damaged", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_line_that_breaks_the_balance_stops_the_start()
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", OneThousand, "key-1");
        await Client.Cancel("pay-1", OneThousand, "key-2");

        var errors = await gateway.StartErrors(() =>
        {
            var lines = File.ReadAllLines(gateway.LedgerFile).ToList();
            lines.RemoveAt(1);
            File.WriteAllLines(gateway.LedgerFile, lines);
        });

        Assert.Contains("does not add up", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_process_has_every_reply_that_it_gave_on_disk()
    {
        var directory = Directory.CreateTempSubdirectory("gateway");
        string said;
        using (var process = await GatewayProcess.Start(directory.FullName))
        using (var client = process.Client())
        {
            await client.Capture("pay-1");
            said = (await client.Cancel("pay-1", OneThousand, "key-1")).Text;
            process.Kill();
        }

        using (var process = await GatewayProcess.Start(directory.FullName))
        using (var client = process.Client())
        {
            Assert.Equal(said, (await client.Cancel("pay-1", OneThousand, "key-1")).Text);
            Assert.Equal([("key-1", 1_000L)], await client.Ledger());
        }
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_start_names_everything_that_is_wrong_at_once()
    {
        var (exitCode, errors) = await GatewayProcess.RunToEnd(
            ["--port", "70000", "--data", "/dev/null/x", "--verbose"],
            secret: null
        );

        Assert.Equal(2, exitCode);
        string[] names = ["--verbose", "--port", "GATEWAY_SECRET", "ledger.jsonl", "back-office.jsonl"];
        Assert.All(names, name => Assert.Contains(errors, e => e.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_processes_cannot_share_a_ledger_or_a_port()
    {
        var directory = Directory.CreateTempSubdirectory("gateway");
        var other = Directory.CreateTempSubdirectory("gateway");
        using (var process = await GatewayProcess.Start(directory.FullName))
        {
            var port = process.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var secret = GatewayProcess.Secret;

            var shared = await GatewayProcess.RunToEnd(["--port", "0", "--data", directory.FullName], secret);
            var samePort = await GatewayProcess.RunToEnd(["--port", port, "--data", other.FullName], secret);

            Assert.Equal((2, 2), (shared.ExitCode, samePort.ExitCode));
            Assert.Contains("ledger.jsonl", shared.Errors[0], StringComparison.Ordinal);
            Assert.Contains($"port {port}", samePort.Errors[0], StringComparison.Ordinal);
        }
        directory.Delete(recursive: true);
        other.Delete(recursive: true);
    }
}
