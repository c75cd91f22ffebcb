using System.Text.Json;
using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>The simulator's rules of cancelling, each as Toss documents it.</summary>
public sealed class PaymentGatewayTests : IAsyncLifetime
{
    private GatewayInProcess gateway = null!;

    private GatewayClient Client => gateway.Client;

    public async Task InitializeAsync() => gateway = await GatewayInProcess.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task A_partial_cancel_shows_its_amount_balance_key_and_korean_time()
    {
        await Client.Capture("pay-1", 15_000);

        var reply = await Client.Cancel(
            "pay-1",
            """{"cancelReason":"잠금 해제 실패","cancelAmount":5000,"refundableAmount":15000}"""
        );

        Assert.Equal(200, reply.Status);
        Assert.Equal("PARTIAL_CANCELED", reply.Body.GetProperty("status").GetString());
        Assert.Equal(15_000, reply.Body.GetProperty("totalAmount").GetInt64());
        Assert.Equal(10_000, reply.Balance);
        Assert.Equal(9_091, reply.Body.GetProperty("suppliedAmount").GetInt64());
        Assert.Equal(909, reply.Body.GetProperty("vat").GetInt64());
        var cancel = reply.Body.GetProperty("cancels").EnumerateArray().Single();
        Assert.Equal(5_000, cancel.GetProperty("cancelAmount").GetInt64());
        Assert.Equal(10_000, cancel.GetProperty("refundableAmount").GetInt64());
        Assert.Equal("잠금 해제 실패", cancel.GetProperty("cancelReason").GetString());
        Assert.Equal("DONE", cancel.GetProperty("cancelStatus").GetString());
        Assert.Equal("2026-03-02T18:04:05+09:00", cancel.GetProperty("canceledAt").GetString());
        Assert.Equal(
            reply.Body.GetProperty("lastTransactionKey").GetString(),
            cancel.GetProperty("transactionKey").GetString()
        );
        Assert.Equal(reply.Text, (await Client.Query("pay-1")).Text);
    }

    [Fact]
    public async Task A_cancel_without_an_amount_takes_the_whole_balance()
    {
        await Client.Capture("pay-1");

        var reply = await Client.Cancel("pay-1", """{"cancelReason":"x"}""");

        Assert.Equal("CANCELED", reply.Body.GetProperty("status").GetString());
        Assert.Equal(0, reply.Balance);
    }

    [Fact]
    public async Task A_payment_emptied_in_parts_stays_PARTIAL_CANCELED_and_only_its_balance_tells()
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", 4_000);

        var last = await Client.Cancel("pay-1", 6_000);

        Assert.Equal("PARTIAL_CANCELED", last.Body.GetProperty("status").GetString());
        Assert.Equal(0, last.Balance);
    }

    [Fact]
    public async Task A_payment_without_cancels_is_DONE_and_shows_null_for_them()
    {
        var reply = await Client.Capture("pay-1");

        Assert.Equal("DONE", reply.Body.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, reply.Body.GetProperty("cancels").ValueKind);
    }

    [Theory]
    [InlineData("""{"cancelReason":"x","cancelAmount":10001}""", 403, "NOT_CANCELABLE_AMOUNT")]
    [InlineData("""{"cancelReason":"x","cancelAmount":0}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":"x","cancelAmount":-1}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":"x","cancelAmount":10.5}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":"x","cancelAmount":"10"}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":"x","cancelAmount":99999999999999999999}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":"x","cancelAmount":1,"cancelAmount":2}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":"x","cancelAmount":1,"refundableAmount":-1}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelAmount":1}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":" ","cancelAmount":1}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":5,"cancelAmount":1}""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":"\ud800","cancelAmount":1}""", 400, "INVALID_REQUEST")]
    [InlineData("""[1]""", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":""", 400, "INVALID_REQUEST")]
    [InlineData("", 400, "INVALID_REQUEST")]
    [InlineData("""{"cancelReason":"x","refundableAmount":9999}""", 400, "NOT_MATCHES_REFUNDABLE_AMOUNT")]
    public async Task A_wrong_cancel_is_refused_and_moves_no_money(string body, int status, string code)
    {
        await Client.Capture("pay-1");

        var reply = await Client.Cancel("pay-1", body);

        Assert.Equal((status, code), (reply.Status, reply.Code));
        Assert.Equal(10_000, (await Client.Query("pay-1")).Balance);
        Assert.Empty(await Client.Ledger());
    }

    [Fact]
    public async Task Every_violation_is_named_at_once()
    {
        var reply = await Client.Cancel("pay-1", """{"cancelAmount":-1,"refundableAmount":0.5}""");

        Assert.Contains("cancelReason", reply.Message, StringComparison.Ordinal);
        Assert.Contains("cancelAmount", reply.Message, StringComparison.Ordinal);
        Assert.Contains("refundableAmount", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(201, 400)]
    public async Task A_reason_has_at_most_200_characters(int length, int status)
    {
        await Client.Capture("pay-1");

        var reply = await Client.Cancel(
            "pay-1",
            JsonSerializer.Serialize(new { cancelReason = new string('가', length) })
        );

        Assert.Equal(status, reply.Status);
    }

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(60_000)]
    public async Task A_body_that_is_too_long_is_refused(int length)
    {
        await Client.Capture("pay-1");

        var reply = await Client.Cancel("pay-1", $$"""{"cancelReason":"x","pad":"{{new string('a', length)}}"}""");

        Assert.Equal((400, "INVALID_REQUEST"), (reply.Status, reply.Code));
        Assert.Empty(await Client.Ledger());
    }

    [Fact]
    public async Task A_fully_cancelled_payment_and_an_unknown_one_are_refused()
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", 10_000);

        var again = await Client.Cancel("pay-1", 1);
        var unknown = await Client.Cancel("pay-2", 1);

        Assert.Equal((400, "ALREADY_CANCELED_PAYMENT"), (again.Status, again.Code));
        Assert.Equal((404, "NOT_FOUND_PAYMENT"), (unknown.Status, unknown.Code));
        Assert.Equal("NOT_FOUND_PAYMENT", (await Client.Query("pay-2")).Code);
    }

    [Fact]
    public async Task Capturing_a_payment_again_changes_nothing_and_other_values_are_refused()
    {
        var first = await Client.Capture("pay-1");
        await Client.Cancel("pay-1", 1_000);

        var repeat = await Client.Capture("pay-1");
        var other = await Client.Capture("pay-1", 9_999);

        Assert.Equal(10_000, first.Balance);
        Assert.Equal(9_000, repeat.Balance);
        Assert.Equal((400, "INVALID_REQUEST"), (other.Status, other.Code));
    }

    [Fact]
    public async Task The_ledger_lists_every_cancel_in_order_with_its_sum()
    {
        await Client.Capture("pay-1");
        await Client.Capture("pay-2");
        await Client.Cancel("pay-1", 1_000, "key-a");
        await Client.Cancel("pay-2", 2_000, "key-b");
        await Client.Cancel("pay-1", 99_999, "key-c");
        await Client.Cancel("pay-1", 3_000, "key-d");

        Assert.Equal([("key-a", 1_000L), ("key-b", 2_000L), ("key-d", 3_000L)], await Client.Ledger());
        Assert.Equal(6_000, (await Client.Get("/simulator/ledger")).Body.GetProperty("total").GetInt64());
    }
}
