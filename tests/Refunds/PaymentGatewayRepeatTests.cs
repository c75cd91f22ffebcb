using Xunit;

namespace Mobility.Tests.Refunds;

/// <summary>Idempotency keys and cancels at the same time.</summary>
public sealed class PaymentGatewayRepeatTests : IAsyncLifetime
{
    private const string OneThousand = """{"cancelReason":"x","cancelAmount":1000}""";

    private GatewayInProcess gateway = null!;

    private GatewayClient Client => gateway.Client;

    public async Task InitializeAsync() => gateway = await GatewayInProcess.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task A_repeat_gets_the_first_reply_byte_for_byte_and_cancels_once()
    {
        await Client.Capture("pay-1");
        var first = await Client.Cancel("pay-1", OneThousand, "key-1");
        await Client.Cancel("pay-1", OneThousand, "key-2");

        var repeat = await Client.Cancel("pay-1", OneThousand, "key-1");

        Assert.Equal((first.Status, first.Text), (repeat.Status, repeat.Text));
        Assert.Equal(2, (await Client.Ledger()).Length);
    }

    [Fact]
    public async Task A_refusal_is_kept_too_even_when_the_cause_is_gone()
    {
        var first = await Client.Cancel("pay-1", OneThousand, "key-1");
        await Client.Capture("pay-1");

        var repeat = await Client.Cancel("pay-1", OneThousand, "key-1");

        Assert.Equal("NOT_FOUND_PAYMENT", first.Code);
        Assert.Equal((first.Status, first.Text), (repeat.Status, repeat.Text));
    }

    [Fact]
    public async Task A_key_used_for_another_body_is_refused()
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", 1_000, "key-1");

        var other = await Client.Cancel("pay-1", 1_001, "key-1");

        Assert.Equal((400, "INVALID_IDEMPOTENCY_KEY"), (other.Status, other.Code));
        Assert.Single(await Client.Ledger());
    }

    [Fact]
    public async Task A_key_means_something_only_together_with_its_path()
    {
        await Client.Capture("pay-1");
        await Client.Capture("pay-2");

        var one = await Client.Cancel("pay-1", OneThousand, "key-1");
        var two = await Client.Cancel("pay-2", OneThousand, "key-1");

        Assert.Equal((200, 200), (one.Status, two.Status));
        Assert.Equal("pay-2", two.Body.GetProperty("paymentKey").GetString());
    }

    [Theory]
    [InlineData(300, 200)]
    [InlineData(301, 400)]
    [InlineData(0, 400)]
    public async Task A_key_has_1_to_300_characters(int length, int status)
    {
        await Client.Capture("pay-1");

        var reply = await Client.Cancel("pay-1", OneThousand, new string('k', length));

        Assert.Equal(status, reply.Status);
        Assert.Equal(status == 200 ? "" : "INVALID_IDEMPOTENCY_KEY", reply.Code);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 2)]
    public async Task A_key_lives_for_15_days(int secondsAfter, int cancels)
    {
        await Client.Capture("pay-1");
        await Client.Cancel("pay-1", OneThousand, "key-1");
        gateway.Pass(TimeSpan.FromDays(15) + TimeSpan.FromSeconds(secondsAfter));

        await Client.Cancel("pay-1", OneThousand, "key-1");

        Assert.Equal(cancels, (await Client.Ledger()).Length);
    }

    [Fact]
    public async Task The_same_key_in_flight_is_told_so_and_later_gets_the_reply()
    {
        await Client.Capture("pay-1");
        await Client.Fault("hold", "pay-1");
        var first = Client.Cancel("pay-1", OneThousand, "key-1");
        await Client.UntilHolding(1);

        var early = await Client.Cancel("pay-1", OneThousand, "key-1");
        await Client.Post("/simulator/release", "");
        var done = await first;
        var late = await Client.Cancel("pay-1", OneThousand, "key-1");

        Assert.Equal((409, "IDEMPOTENT_REQUEST_PROCESSING"), (early.Status, early.Code));
        Assert.Equal((200, done.Text), (late.Status, late.Text));
        Assert.Single(await Client.Ledger());
    }

    [Fact]
    public async Task Another_cancel_of_a_payment_in_flight_is_refused_for_now_and_may_use_its_key_again()
    {
        await Client.Capture("pay-1");
        await Client.Capture("pay-2");
        await Client.Fault("hold", "pay-1");
        var first = Client.Cancel("pay-1", OneThousand, "key-1");
        await Client.UntilHolding(1);

        var second = await Client.Cancel("pay-1", OneThousand, "key-2");
        var elsewhere = await Client.Cancel("pay-2", OneThousand, "key-3");
        await Client.Post("/simulator/release", "");
        await first;
        var again = await Client.Cancel("pay-1", OneThousand, "key-2");

        Assert.Equal((403, "FORBIDDEN_CONSECUTIVE_REQUEST"), (second.Status, second.Code));
        Assert.Equal((200, 200), (elsewhere.Status, again.Status));
        Assert.Equal(8_000, again.Balance);
    }

    [Fact]
    public async Task Of_twenty_cancels_at_once_for_the_same_balance_exactly_one_is_done()
    {
        await Client.Capture("pay-1");
        const string body = """{"cancelReason":"x","cancelAmount":1000,"refundableAmount":10000}""";

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.Cancel("pay-1", body, $"key-{i}")));

        Assert.Single(replies, r => r.Status == 200);
        Assert.All(
            replies.Where(r => r.Status != 200),
            r => Assert.Contains(r.Code, new[] { "FORBIDDEN_CONSECUTIVE_REQUEST", "NOT_MATCHES_REFUNDABLE_AMOUNT" })
        );
        Assert.Single(await Client.Ledger());
    }
}
