using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

public sealed class QuoteRefundTests
{
    [Fact]
    public async Task A_quote_is_what_the_request_then_gets()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(12_000);
        await house.Deliver(house.RideOf(payment.Ride, meters: 900));

        var quote = await house.Rpc.QuoteRefundAsync(Question(payment, 11_000), house.AsAgent);
        var refund = await house.Ask(payment, 11_000);

        Assert.Equal(DecisionOutcome.Denied, quote.Decision.Outcome);
        Assert.Equal(quote.Decision.FailedConditions, refund.Decision.FailedConditions);
        Assert.Equal((Won(10_000), Won(12_000)), (quote.Decision.AllowedAmount, quote.RefundableAmount));
        Assert.Equal((true, 900L, false), (quote.Ride.Known, quote.Ride.DistanceMeters, quote.Ride.NeverRan));
    }

    [Fact]
    public async Task A_quote_writes_nothing()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay();
        var events = await house.Service.Events();

        var quote = await house.Rpc.QuoteRefundAsync(Question(payment, 1_000), house.AsLead);

        Assert.Equal(DecisionOutcome.Allowed, quote.Decision.Outcome);
        Assert.Equal(Won(999_000), Assert.Single(quote.Decision.Balances).LeftAmount);
        Assert.False(quote.Ride.Known);
        Assert.Empty(await house.Refunds());
        Assert.Empty(await house.Rows<string>("""SELECT budget FROM budget_counter"""));
        Assert.Equal(events.Count, (await house.Service.Events()).Count);
    }

    [Fact]
    public async Task A_quote_waits_for_no_lock()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay();

        var quote = await house.Service.Db.InTransaction(
            TestIssuer.Client,
            async tx =>
            {
                await tx.Execute(
                    """SELECT 1 FROM delegation WHERE client_id = @ClientId FOR UPDATE""",
                    new { tx.ClientId }
                );
                await tx.Execute(
                    """SELECT 1 FROM payment WHERE client_id = @ClientId FOR UPDATE""",
                    new { tx.ClientId }
                );
                await tx.Execute(
                    """SELECT 1 FROM member WHERE client_id = @ClientId FOR UPDATE""",
                    new { tx.ClientId }
                );
                return await house.Rpc.QuoteRefundAsync(
                    Question(payment, 1_000),
                    house.AsAgent,
                    TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10)
                );
            },
            CancellationToken.None
        );

        Assert.Equal(DecisionOutcome.Allowed, quote.Decision.Outcome);
    }

    [Fact]
    public async Task Wrong_fields_are_named_as_for_a_request_and_riders_may_not_ask()
    {
        await using var house = await OpenWithDelegation();
        var request = new QuoteRefundRequest
        {
            Parent = Parent,
            Refund = new Refund { Action = RefundAction.Coupon },
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.QuoteRefundAsync(request, house.AsAgent)
        );
        var rider = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.QuoteRefundAsync(request, house.AsRider)
        );

        Assert.Equal(["refund.payment", "refund.reason", "refund.amount"], TestService.FieldsOf(error));
        Assert.Equal(StatusCode.PermissionDenied, rider.StatusCode);
    }

    private static QuoteRefundRequest Question(Payment payment, long won) =>
        new() { Parent = Parent, Refund = Asking(payment, won).Refund };
}
