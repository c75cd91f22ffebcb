using Grpc.Core;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>A hint brings a question forward and is itself believed in nothing.</summary>
public sealed class RereadPaymentTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_hint_settles_what_is_unconfirmed_before_its_time()
    {
        await using var house = await OpenWithDelegation();
        var (payment, refund) = await Unconfirmed(house, "timeout_after_success");
        await new SettleRefunds().Run(house.Service.Job());
        Assert.Equal(RefundState.Unconfirmed, (await house.Get(refund.Name)).State);

        await Hint(house, payment.GatewayPaymentKey);

        var settled = await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal(1, settled.AttemptCount);
        Assert.Equal([3_000L], await house.Rows<long>("""SELECT settled FROM payment"""));
    }

    [Fact]
    public async Task What_the_gateway_denies_to_a_hint_changes_nothing()
    {
        await using var house = await OpenWithDelegation();
        var (payment, refund) = await Unconfirmed(house, "timeout_before");
        var before = await RowOf(house);

        await Hint(house, payment.GatewayPaymentKey);
        await UntilAsked(house);

        Assert.Equal(before, await RowOf(house));
        Assert.Empty(await CancelsOf(house, refund));
        // The question in its time is still asked, and sends the same order again.
        await house.Until(refund.Name, RefundState.Settled, Second);
    }

    [Fact]
    public async Task Many_hints_are_one_question_every_five_seconds()
    {
        await using var house = await OpenWithDelegation();
        var delegation = (await house.Rpc.ListDelegationsAsync(new() { Parent = Parent }, house.AsLead)).Delegations[0];
        var (payment, refund) = await Reviewed(house, delegation);
        var before = await RowOf(house);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Hint(house, payment.GatewayPaymentKey)));
        await UntilAsked(house);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Hint(house, payment.GatewayPaymentKey)));
        await new SettleRefunds().Run(house.Service.Job());
        // Asked once; the next question waits, and thirty of them hand nothing over and end nothing.
        Assert.Equal([RereadTable.Pause], await Waits(house));
        for (var asked = 0; asked < 30; asked++)
        {
            house.Service.Clock.Advance(RereadTable.Pause);
            await UntilAsked(house);
            await Hint(house, payment.GatewayPaymentKey);
        }
        Assert.Equal(before, await RowOf(house));
        Assert.Equal(RefundState.UnderReview, (await house.Get(refund.Name)).State);
    }

    [Fact]
    public async Task Proof_settles_what_waits_for_a_person()
    {
        await using var house = await OpenWithDelegation();
        var delegation = (await house.Rpc.ListDelegationsAsync(new() { Parent = Parent }, house.AsLead)).Delegations[0];
        var (payment, refund) = await Reviewed(house, delegation);

        // A person does it in the gateway's own console and names our refund.
        var id = refund.Name.Split('/')[^1];
        var body = $$"""{"cancelReason":"Mobility refund {{id}}","cancelAmount":3000,"refundableAmount":5000}""";
        Assert.Equal(200, (await house.Gateway.Cancel(payment.GatewayPaymentKey, body)).Status);
        await Hint(house, payment.GatewayPaymentKey);

        await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal([(3_000L, 0L)], await house.Rows<(long, long)>("""SELECT settled, held FROM payment"""));
    }

    [Fact]
    public async Task A_hint_that_comes_before_the_reply_to_our_own_cancel_leaves_it_to_the_reply()
    {
        await using var house = await OpenWithOwnGateway();
        await house.Grant();
        var payment = await house.Pay(5_000);
        var refund = await house.AskHeld(payment, 3_000);
        var before = await RowOf(house);

        await Hint(house, payment.GatewayPaymentKey);
        await new SettleRefunds().Run(house.Service.Job());

        Assert.Equal(before, await RowOf(house));
        Assert.Equal([true], await house.Rows<bool>("""SELECT reread_time IS NULL FROM refund"""));
        await house.Gateway.Post("/simulator/release", "{}");
        var settled = await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal(1, settled.AttemptCount);
    }

    [Fact]
    public async Task The_reply_tells_nothing_of_a_payment()
    {
        await using var house = await OpenWithDelegation();
        var (payment, _) = await Unconfirmed(house, "timeout_before");
        var settled = await house.Pay();

        foreach (var key in new[] { payment.GatewayPaymentKey, settled.GatewayPaymentKey, "no-such-payment" })
        {
            Assert.Equal(new RereadPaymentResponse(), await Hint(house, key));
        }
    }

    [Theory]
    [InlineData("stripe", "pay-123456", "gateway")]
    [InlineData("", "pay-123456", "gateway")]
    [InlineData("toss", "", "gateway_payment_key")]
    [InlineData("toss", "../../v1", "gateway_payment_key")]
    public async Task A_hint_that_cannot_be_followed_is_refused(string gateway, string key, string field)
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RereadPaymentAsync(new() { Gateway = gateway, GatewayPaymentKey = key })
        );

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal(field, TestService.FieldsOf(error)[0]);
    }

    [Fact]
    public async Task Whoever_has_a_token_has_no_business_there()
    {
        await using var house = await Open();
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RereadPaymentAsync(Asking("pay-123456"), house.AsOperator)
        );
        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }

    private static RereadPaymentRequest Asking(string key) => new() { Gateway = "toss", GatewayPaymentKey = key };

    private static async Task<RereadPaymentResponse> Hint(RefundsHouse house, string key) =>
        await house.Rpc.RereadPaymentAsync(Asking(key));

    /// <summary>A refund of 3,000 won of which nobody knows what became of it.</summary>
    private static async Task<(Payment Payment, Refund Refund)> Unconfirmed(RefundsHouse house, string fault)
    {
        var payment = await house.Pay(5_000);
        return (payment, await house.AskInVain(payment, 3_000, fault));
    }

    /// <summary>A refund of 3,000 won that the gateway never did and that a stop has left to a person.</summary>
    private static async Task<(Payment Payment, Refund Refund)> Reviewed(RefundsHouse house, Delegation delegation)
    {
        var (payment, refund) = await Unconfirmed(house, "timeout_before");
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        return (payment, await house.Until(refund.Name, RefundState.UnderReview, Second));
    }

    /// <summary>All that the house says of its one refund, but for the hints.</summary>
    private static async Task<string> RowOf(RefundsHouse house) =>
        Assert.Single(
            await house.Rows<string>(
                """SELECT (to_jsonb(refund) - 'reread_time' - 'last_reread_time')::text FROM refund"""
            )
        );

    private static Task<IReadOnlyList<TimeSpan>> Waits(RefundsHouse house) =>
        house.Rows<TimeSpan>("""SELECT reread_time - last_reread_time FROM refund""");

    /// <summary>The hint was taken. The job gives no signal, so it is run here until it was.</summary>
    private static Task UntilAsked(RefundsHouse house) =>
        Poll.Until(
            async () =>
            {
                await new SettleRefunds().Run(house.Service.Job());
                var asked = await house.Rows<int>(
                    """SELECT count(*)::int FROM refund WHERE last_reread_time = @Now""",
                    new { house.Now }
                );
                return asked.Sum() == 1;
            },
            what: "the gateway is asked"
        );

    private static async Task<long[]> CancelsOf(RefundsHouse house, Refund refund)
    {
        var key = $"refund-{refund.Name.Split('/')[^1]}";
        return [.. (await house.Gateway.Ledger()).Where(line => line.Key == key).Select(line => line.Amount)];
    }
}
