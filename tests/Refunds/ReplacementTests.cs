using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>A refund that came back is made good by another one.</summary>
public sealed class ReplacementTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_came_back_is_closed_when_the_one_in_its_place_settles_and_that_one_may_come_back_too()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(9_000);
        var first = await Returned(house, payment, await house.Ask(payment, 9_000));

        // The two would be beyond what needs nobody: nobody has the first.
        var second = await house.Rpc.CreateRefundAsync(InPlaceOf(first, payment, 9_000), house.AsAgent);
        await house.Until(second.Name, RefundState.Settled, Second);
        var closed = await house.Get(first.Name);

        Assert.Equal(
            (RefundState.Closed, second.Name, "", first.Revision + 1),
            (closed.State, closed.ReplacedBy, closed.Replaces, closed.Revision)
        );
        Assert.Equal((first.Name, ""), (second.Replaces, second.ReplacedBy));
        var told = (await house.Service.Events()).TakeLast(2).ToList();
        Assert.Equal(
            [RefundSettled.Descriptor.FullName, RefundClosed.Descriptor.FullName],
            told.Select(evt => evt.Type)
        );
        Assert.All(told, evt => Assert.Contains(first.Name, evt.Data, StringComparison.Ordinal));
        // Who agrees to such a one signs what it is in place of.
        var id = first.Name[(first.Name.LastIndexOf('/') + 1)..];
        Assert.Equal(
            [$"\"replaces\":\"{id}\""],
            await house.Rows<string>(
                """
                SELECT substring(signed_request FROM '"replaces":"[^"]+"') FROM refund WHERE replaces IS NOT NULL
                """
            )
        );
        // The delegation paid twice, the customer got it once.
        Assert.Equal(
            [("client:customer", 9_000L), ("daily", 18_000L)],
            await house.Rows<(string, long)>("""SELECT budget, amount FROM budget_counter ORDER BY budget""")
        );
        Assert.Equal(0, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);

        var again = await Returned(house, payment, second);
        Assert.Equal(RefundState.Closed, (await house.Get(first.Name)).State);
        await NotReplaceable(house, InPlaceOf(first, payment, 1_000), "refund.replaces", "refund.replaces");
        var third = await house.Rpc.CreateRefundAsync(InPlaceOf(again, payment, 4_000), house.AsAgent);
        await house.Until(third.Name, RefundState.Settled, Second);
        Assert.Equal(third.Name, (await house.Get(second.Name)).ReplacedBy);
        Assert.Empty(await RefundBooks.Unbalanced(house.Service.Db));
        Assert.Empty(await RefundBooks.Repeated(house.Service.Db));
        Assert.Equal(3, await LeafReplay.Agrees(house.Service.Db, TestIssuer.Client));
    }

    [Fact]
    public async Task Only_what_came_back_of_the_same_payment_is_replaced_by_as_much_and_every_violation_is_named()
    {
        await using var house = await OpenWithDelegation();
        var (payment, other) = (await house.Pay(9_000), await house.Pay(9_000));
        var settled = await house.Ask(payment, 3_000);
        await house.Until(settled.Name, RefundState.Settled, Second);

        var wrong = InPlaceOf(settled, other, 3_001);
        await NotReplaceable(house, wrong, "refund.replaces", "refund.payment", "refund.amount");
        await house.Refused(
            StatusCode.FailedPrecondition,
            "NOT_REPLACEABLE",
            async () =>
                await house.Rpc.QuoteRefundAsync(new() { Parent = Parent, Refund = wrong.Refund }, house.AsAgent)
        );
        wrong.Refund.Replaces = $"{Parent}/refunds/{NewId()}";
        await house.Refused(
            StatusCode.NotFound,
            "REFUND_UNKNOWN",
            async () => await house.Rpc.CreateRefundAsync(wrong, house.AsAgent)
        );
        // Another client's is not even looked for.
        wrong.Refund.Replaces = settled.Name.Replace(
            TestIssuer.Client,
            TestIssuer.OtherClient,
            StringComparison.Ordinal
        );
        await Invalid(wrong);
        var ending = EndingRide(payment.Ride);
        ending.Refund.Replaces = settled.Name;
        await Invalid(ending);

        Task Invalid(CreateRefundRequest request) =>
            house.Refused(
                StatusCode.InvalidArgument,
                "FIELD_INVALID",
                async () => await house.Rpc.CreateRefundAsync(request, house.AsAgent)
            );
    }

    [Fact]
    public async Task Of_two_at_once_one_is_in_its_place_and_when_it_comes_to_nothing_another_may_be()
    {
        await using var house = await OpenWithDelegation();
        await using var another = await house.Another();
        var rpc = new RefundsService.RefundsServiceClient(another.Channel);
        var payment = await house.Pay(9_000);
        var returned = await Returned(house, payment, await house.Ask(payment, 3_000));

        // No record of the ride has come: it waits for evidence, holds nothing and is in its place all the same.
        var asks = new[] { house.Rpc, house.Rpc, rpc, rpc }
            .Select(one => Outcome(one, InPlaceOf(returned, payment, 3_000, "OVERCHARGED")))
            .ToList();
        var outcomes = await Task.WhenAll(asks);

        var first = Assert.Single(outcomes.OfType<Refund>());
        Assert.Equal(RefundState.AwaitingEvidence, first.State);
        Assert.All(outcomes.Where(one => one is not Refund), one => Assert.Equal("NOT_REPLACEABLE", one));
        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            house.Rows<int>(
                """
                UPDATE refund SET replaces = (SELECT x.replaces FROM refund x WHERE x.replaces IS NOT NULL)
                WHERE replaces IS NULL RETURNING 1
                """
            )
        );
        Assert.Equal("refund_one_replacement", error.ConstraintName);

        await house.Withdraw(first);
        var second = await house.Rpc.CreateRefundAsync(InPlaceOf(returned, payment, 3_000), house.AsAgent);
        await house.Until(second.Name, RefundState.Settled, Second);
        Assert.Equal(second.Name, (await house.Get(returned.Name)).ReplacedBy);

        async Task<object> Outcome(RefundsService.RefundsServiceClient client, CreateRefundRequest request)
        {
            try
            {
                return await client.CreateRefundAsync(request, house.AsAgent);
            }
            catch (RpcException e)
            {
                return TestService.ReasonOf(e);
            }
        }
    }

    internal static CreateRefundRequest InPlaceOf(Refund refund, Payment payment, long won, string reason = "GOODWILL")
    {
        var request = Asking(payment, won, reason);
        request.Refund.Replaces = refund.Name;
        return request;
    }

    /// <summary>It settled, and came back.</summary>
    internal static async Task<Refund> Returned(RefundsHouse house, Payment payment, Refund refund)
    {
        await house.Until(refund.Name, RefundState.Settled, Second);
        await house.Gateway.Return(payment.GatewayPaymentKey);
        await house.Rpc.RereadPaymentAsync(new() { Gateway = "toss", GatewayPaymentKey = payment.GatewayPaymentKey });
        return await house.Until(refund.Name, RefundState.Returned, Second);
    }

    private static async Task NotReplaceable(RefundsHouse house, CreateRefundRequest request, params string[] fields)
    {
        RpcException? error = null;
        await house.Refused(
            StatusCode.FailedPrecondition,
            "NOT_REPLACEABLE",
            async () =>
            {
                try
                {
                    await house.Rpc.CreateRefundAsync(request, house.AsAgent);
                }
                catch (RpcException e)
                {
                    error = e;
                    throw;
                }
            }
        );
        Assert.Equal(fields, TestService.FieldsOf(error!));
    }
}
