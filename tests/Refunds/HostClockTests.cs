using Grpc.Core;
using Mobility.Platform.Rpc;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class HostClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(2_000)]
    [InlineData(-2_000)]
    public void Clocks_up_to_two_seconds_apart_are_borne_with(int milliseconds) =>
        HostClock.Compare(Noon.AddMilliseconds(milliseconds), Noon);

    [Theory]
    [InlineData(2_001)]
    [InlineData(-2_001)]
    public void A_millisecond_more_is_unavailable_with_the_difference(int milliseconds)
    {
        var refusal = Assert.Throws<Refusal>(() => HostClock.Compare(Noon.AddMilliseconds(milliseconds), Noon));
        Assert.Equal((StatusCode.Unavailable, Errors.ClockSkew), (refusal.Code, refusal.Reason));
        Assert.Equal($"{milliseconds}", refusal.Metadata["skew_milliseconds"]);
    }

    [Fact]
    public async Task Nothing_is_admitted_while_the_clocks_disagree_and_the_same_request_is_after_it()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await SetDatabaseClock(house, "3 seconds");
        var request = new CreateRefundRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Refund = new()
            {
                Payment = payment.Name,
                Action = RefundAction.CardRefund,
                Reason = "GOODWILL",
                Amount = Won(1_000),
            },
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.CreateRefundAsync(request, house.AsAgent)
        );

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal(Errors.ClockSkew, TestService.ReasonOf(error));
        Assert.Empty(await house.Rows<Guid>("""SELECT refund_id FROM refund"""));
        await SetDatabaseClock(house, "0 seconds");
        Assert.Equal(RefundState.Approved, (await house.Rpc.CreateRefundAsync(request, house.AsAgent)).State);
    }

    private static Task SetDatabaseClock(RefundsHouse house, string ahead) =>
        house.Rows<string>(
            $"""
            CREATE OR REPLACE FUNCTION database_time() RETURNS timestamptz LANGUAGE sql VOLATILE
            AS 'SELECT clock_timestamp() + interval ''{ahead}'''
            """
        );
}
