using System.Text.Json;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>Cancels that the simulator takes and does, or fails, later.</summary>
public sealed class PaymentGatewayPendingTests : IAsyncLifetime
{
    private const string Day = "/v1/transactions?startDate=2026-03-02T00:00:00&endDate=2026-03-04T00:00:00";

    private GatewayInProcess gateway = null!;

    private GatewayClient Client => gateway.Client;

    public async Task InitializeAsync()
    {
        gateway = await GatewayInProcess.Start();
        await Client.Capture("pay-1");
        await Client.Fault("pending", "pay-1");
        await Client.Cancel("pay-1", 4_000, "key-1");
    }

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task It_is_under_way_until_it_is_completed_and_a_restart_forgets_neither()
    {
        await gateway.Restart();
        Assert.Equal(("IN_PROGRESS", 6_000), await Seen());
        Assert.Equal((0, 1), (await Total(), await Listed()));

        await Client.Complete("pay-1");
        await gateway.Restart();

        Assert.Equal(("DONE", 6_000), await Seen());
        Assert.Equal((4_000, 2), (await Total(), await Listed()));
        Assert.Equal("NOT_FOUND", (await Client.Complete("pay-1")).Code);
    }

    [Fact]
    public async Task One_that_fails_gives_its_won_back_and_was_never_in_the_list()
    {
        await Client.Return("pay-1");
        await gateway.Restart();

        Assert.Equal(("ABORTED", 10_000), await Seen());
        Assert.Equal((0, 1), (await Total(), await Listed()));
        Assert.Equal("NOT_FOUND", (await Client.Complete("pay-1")).Code);
    }

    [Fact]
    public async Task Its_key_is_answered_by_the_first_reply_whatever_became_of_it()
    {
        await Client.Complete("pay-1");

        var again = await Client.Cancel("pay-1", 4_000, "key-1");

        Assert.Equal("IN_PROGRESS", Status(again.Body));
        Assert.Single(await Client.Ledger());
    }

    [Fact]
    public async Task A_query_that_fails_says_nothing_of_it()
    {
        await Client.Fault("query_error", "pay-1");

        Assert.Equal("COMMON_ERROR", (await Client.Query("pay-1")).Code);
        Assert.Equal(("IN_PROGRESS", 6_000), await Seen());
    }

    private async Task<(string Status, long Balance)> Seen()
    {
        var payment = await Client.Query("pay-1");
        return (Status(payment.Body), payment.Balance);
    }

    private async Task<long> Total() => (await Client.Get("/simulator/ledger")).Body.GetProperty("total").GetInt64();

    private async Task<int> Listed() => (await Client.Get(Day)).Body.GetArrayLength();

    private static string Status(JsonElement payment) =>
        payment.GetProperty("cancels")[0].GetProperty("cancelStatus").GetString()!;
}
