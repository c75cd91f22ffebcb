using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>The faults that a test can plan.</summary>
public sealed class PaymentGatewayFaultTests : IAsyncLifetime
{
    private const string OneThousand = """{"cancelReason":"x","cancelAmount":1000}""";

    private GatewayInProcess gateway = null!;

    private GatewayClient Client => gateway.Client;

    public async Task InitializeAsync() => gateway = await GatewayInProcess.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task A_timeout_after_success_has_cancelled_and_the_same_key_finds_the_reply()
    {
        await Client.Capture("pay-1");
        await Client.Fault("timeout_after_success", "pay-1");

        await GivesUp("pay-1", "key-1", () => Client.UntilLedgerHas(1));

        Assert.Equal(9_000, (await Client.Query("pay-1")).Balance);
        Assert.Equal(9_000, (await Client.Cancel("pay-1", OneThousand, "key-1")).Balance);
        Assert.Single(await Client.Ledger());
    }

    [Fact]
    public async Task A_timeout_before_has_done_nothing_and_the_same_key_may_still_cancel()
    {
        await Client.Capture("pay-1");
        await Client.Fault("timeout_before", times: 2);

        await GivesUp("pay-1", "key-1", () => Client.UntilPlanned(1));
        await GivesUp("pay-1", "key-1", () => Client.UntilPlanned(0));

        Assert.Empty(await Client.Ledger());
        Assert.Equal(200, (await Client.Cancel("pay-1", OneThousand, "key-1")).Status);
    }

    [Fact]
    public async Task A_fault_meets_its_own_payment_only()
    {
        await Client.Capture("pay-1");
        await Client.Fault("timeout_before", "pay-2");

        Assert.Equal(200, (await Client.Cancel("pay-1", OneThousand)).Status);
    }

    [Theory]
    [InlineData("""{"kind":"flood","times":1}""")]
    [InlineData("""{"kind":"timeout_before","times":0}""")]
    [InlineData("""{"kind":"timeout_before","times":1001}""")]
    [InlineData("""{"kind":"timeout_before"}""")]
    [InlineData("""{"kind":"timeout_before","times":1,"paymentKey":""}""")]
    public async Task A_fault_that_is_none_is_refused(string body) =>
        Assert.Equal("INVALID_REQUEST", (await Client.Post("/simulator/faults", body)).Code);

    [Fact]
    public async Task The_list_of_faults_is_bounded()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(200, (await Client.Fault("timeout_before", "nobody")).Status);
        }

        Assert.Equal(400, (await Client.Fault("timeout_before", "nobody")).Status);
    }

    /// <summary>Sends a cancel and hangs up as soon as the simulator has met the fault.</summary>
    private async Task GivesUp(string paymentKey, string key, Func<Task> met)
    {
        using var patience = new CancellationTokenSource();
        var lost = Client.Cancel(paymentKey, OneThousand, key, patience.Token);
        await met();
        Assert.False(lost.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
    }
}
