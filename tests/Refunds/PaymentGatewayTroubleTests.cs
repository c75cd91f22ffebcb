using System.Globalization;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>What else a gateway does to those who call it, each when a test asks for it.</summary>
public sealed class PaymentGatewayTroubleTests : IAsyncLifetime
{
    private const string Day = "startDate=2026-03-02T00:00:00&endDate=2026-03-02T23:59:59";

    private GatewayInProcess gateway = null!;

    private GatewayClient Client => gateway.Client;

    public async Task InitializeAsync() => gateway = await GatewayInProcess.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task A_stored_error_is_answered_to_its_key_for_ever_and_to_no_other()
    {
        await Client.Capture("pay-1");
        await Client.Fault("stored_error", "pay-1");

        var first = await Client.Cancel("pay-1", 1_000, "key-1");
        await gateway.Restart();
        gateway.Pass(TimeSpan.FromDays(14));
        var second = await Client.Cancel("pay-1", 1_000, "key-1");

        Assert.Equal((500, "FAILED_INTERNAL_SYSTEM_PROCESSING"), (first.Status, first.Code));
        Assert.Equal((first.Status, first.Text), (second.Status, second.Text));
        Assert.Empty(await Client.Ledger());
        Assert.Equal(9_000, (await Client.Cancel("pay-1", 1_000, "key-2")).Balance);
    }

    [Fact]
    public async Task A_stored_error_may_hide_a_cancel_that_was_done()
    {
        await Client.Capture("pay-1");
        await Client.Fault("stored_error_after_success", "pay-1", code: "FAILED_PARTIAL_REFUND");

        var first = await Client.Cancel("pay-1", 1_000, "key-1");
        var second = await Client.Cancel("pay-1", 1_000, "key-1");

        Assert.Equal((500, "FAILED_PARTIAL_REFUND"), (first.Status, first.Code));
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(9_000, (await Client.Query("pay-1")).Balance);
        Assert.Equal([("key-1", 1_000L)], await Client.Ledger());
    }

    [Theory]
    [InlineData(null, "PROVIDER_ERROR", 400)]
    [InlineData("FAILED_REFUND_PROCESS", "FAILED_REFUND_PROCESS", 500)]
    [InlineData("NOT_AVAILABLE_BANK", "NOT_AVAILABLE_BANK", 403)]
    public async Task A_passing_error_is_not_kept(string? asked, string code, int status)
    {
        await Client.Capture("pay-1");
        await Client.Fault("error", "pay-1", code: asked);

        var failed = await Client.Cancel("pay-1", 1_000, "key-1");

        Assert.Equal((status, code), (failed.Status, failed.Code));
        Assert.Equal(9_000, (await Client.Cancel("pay-1", 1_000, "key-1")).Balance);
    }

    [Fact]
    public async Task A_second_cancel_within_a_second_is_refused_and_may_come_again()
    {
        await Client.Capture("pay-1");
        await Client.Fault("consecutive", "pay-1", times: 9);
        await Client.Cancel("pay-1", 1_000, "key-1");

        var early = await Client.Cancel("pay-1", 1_000, "key-2");
        gateway.Pass(TimeSpan.FromSeconds(1));
        var late = await Client.Cancel("pay-1", 1_000, "key-2");

        Assert.Equal((403, "FORBIDDEN_CONSECUTIVE_REQUEST"), (early.Status, early.Code));
        Assert.Equal(8_000, late.Balance);
    }

    [Fact]
    public async Task A_query_may_be_older_than_the_last_cancel()
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", 1_000);
        await Client.Cancel("pay-1", 2_000);
        await Client.Fault("stale_query", "pay-1");

        Assert.Equal(9_000, (await Client.Query("pay-1")).Balance);
        Assert.Equal(7_000, (await Client.Query("pay-1")).Balance);
    }

    [Fact]
    public async Task A_cancel_that_was_done_may_come_to_nothing_days_later()
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", 4_000, "key-1");
        gateway.Pass(TimeSpan.FromDays(3));

        var back = await Client.Return("pay-1");
        await gateway.Restart();

        Assert.Equal(10_000, back.Balance);
        var payment = await Client.Query("pay-1");
        Assert.Equal(back.Text, payment.Text);
        Assert.Equal("ABORTED", payment.Body.GetProperty("cancels")[0].GetProperty("cancelStatus").GetString());
        Assert.Equal(0, (await Client.Get("/simulator/ledger")).Body.GetProperty("total").GetInt64());
        Assert.Equal("NOT_FOUND", (await Client.Return("pay-1")).Code);
        // What came back may be paid again.
        Assert.Equal(0, (await Client.Cancel("pay-1", 10_000, "key-2")).Balance);
    }

    [Fact]
    public async Task The_list_of_a_day_has_payments_cancels_and_late_failures_by_page()
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", 4_000, "key-1");
        await Client.Cancel("pay-1", 6_000, "key-2");
        await Client.Return("pay-1");
        gateway.Pass(TimeSpan.FromDays(1));
        await Client.Capture("pay-2");

        var first = await Statuses($"{Day}&limit=3");
        var rest = await Statuses($"{Day}&limit=3&startingAfter={first[^1].Key}");

        Assert.Equal(["DONE", "PARTIAL_CANCELED", "PARTIAL_CANCELED"], first.Select(t => t.Status));
        Assert.Equal(["ABORTED"], rest.Select(t => t.Status));
    }

    [Theory]
    [InlineData("")]
    [InlineData("startDate=2026-03-02&endDate=2026-03-03")]
    [InlineData(Day + "&limit=0")]
    [InlineData(Day + "&limit=1001")]
    [InlineData(Day + "&startingAfter=nobody")]
    public async Task A_list_that_cannot_be_made_is_refused(string query) =>
        Assert.Equal("INVALID_REQUEST", (await Client.Get($"/v1/transactions?{query}")).Code);

    [Fact]
    public async Task A_cancel_in_the_own_console_has_no_key_and_goes_on_the_balance()
    {
        await Client.Capture("pay-1");

        Assert.Equal(9_000, (await Client.ConsoleCancel("pay-1", 1_000)).Balance);
        Assert.Equal("NOT_CANCELABLE_AMOUNT", (await Client.ConsoleCancel("pay-1", 9_001)).Code);
        Assert.Equal([("", 1_000L)], await Client.Ledger());
    }

    [Fact]
    public async Task The_same_seed_draws_the_same_faults()
    {
        var first = await Drawn(7);
        await gateway.DisposeAsync();
        gateway = await GatewayInProcess.Start();

        Assert.Equal(first, await Drawn(7));
        await gateway.DisposeAsync();
        gateway = await GatewayInProcess.Start();
        Assert.NotEqual(first, await Drawn(8));
    }

    [Theory]
    [InlineData("/simulator/faults", """{"kind":"error","times":1,"code":"A_CODE_OF_TOMORROW"}""")]
    [InlineData("/simulator/seed", """{"seed":1,"perMille":1001}""")]
    [InlineData("/simulator/console-cancels", """{"paymentKey":"pay-1"}""")]
    [InlineData("/simulator/late-failures", "{}")]
    public async Task What_cannot_be_planned_is_refused(string path, string body) =>
        Assert.Equal("INVALID_REQUEST", (await Client.Post(path, body)).Code);

    /// <summary>Balances of stale answers and codes of failing ones under a seed; nothing of it waits.</summary>
    private async Task<string> Drawn(int seed)
    {
        var codes = new List<string>();
        foreach (var n in Enumerable.Range(0, 30))
        {
            await Client.Capture($"pay-{n}");
            await Client.Cancel($"pay-{n}", 1_000, $"key-{n}");
        }
        var body = string.Create(CultureInfo.InvariantCulture, $$"""{"seed":{{seed}},"perMille":500}""");
        Assert.Equal(200, (await Client.Post("/simulator/seed", body)).Status);
        foreach (var n in Enumerable.Range(0, 30))
        {
            var reply = await Client.Query($"pay-{n}");
            codes.Add(reply.Status == 200 ? reply.Balance.ToString(CultureInfo.InvariantCulture) : reply.Code);
        }
        return string.Join(' ', codes);
    }

    private async Task<(string Key, string Status)[]> Statuses(string query)
    {
        var list = (await Client.Get($"/v1/transactions?{query}")).Body.EnumerateArray();
        return
        [
            .. list.Select(t => (t.GetProperty("transactionKey").GetString()!, t.GetProperty("status").GetString()!)),
        ];
    }
}
