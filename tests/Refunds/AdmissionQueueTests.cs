using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What waits for the same delegation goes together, and each is answered for itself.</summary>
public sealed class AdmissionQueueTests
{
    private const int Callers = 20;

    [Fact]
    public async Task What_arrived_while_the_delegation_was_locked_is_admitted_in_one_transaction()
    {
        await using var house = await OpenWithDelegation();
        var payments = await Task.WhenAll(Enumerable.Range(0, Callers + 1).Select(_ => house.Pay()));
        await using var stopper = await Stopper.Lock(house);
        var first = house.Ask(payments[0], 1_000);
        await stopper.UntilAwaited();
        var others = payments.Skip(1).Select(payment => house.Ask(payment, 1_000)).ToList();
        await Stopper.UntilWaiting(house, Callers);
        var late = await Refusal(() => house.Rpc.CreateRefundAsync(Asking(payments[1], 1), house.AsAgent, Soon()));
        // The caller's clock may ring first.
        await Stopper.UntilGaveUp(house, 1);
        await stopper.DisposeAsync();

        var refunds = await Task.WhenAll(others.Append(first));

        Assert.All(refunds, refund => Assert.Equal(RefundState.Approved, refund.State));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        Assert.Equal([1L, Callers], (await Stopper.SizesOfTransactions(house)).Order());
        // It was dropped before it was admitted: nobody waits for it any more.
        Assert.Equal([Callers + 1L], await house.Rows<long>("""SELECT count(*) FROM refund"""));
    }

    [Fact]
    public async Task Who_hangs_up_while_the_batch_waits_for_its_locks_is_not_admitted_and_the_others_are()
    {
        await using var house = await OpenWithDelegation();
        var paid = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => house.Pay()));
        var payments = paid.OrderBy(payment => payment.Name, StringComparer.Ordinal).ToList();
        await using var stopper = await Stopper.Lock(house);
        var first = house.Ask(payments[0], 1_000);
        await stopper.UntilAwaited();
        using var patience = new CancellationTokenSource();
        var late = house.Rpc.CreateRefundAsync(
            Asking(payments[1], 1_000),
            house.AsAgent,
            cancellationToken: patience.Token
        );
        var others = payments.Skip(2).Select(payment => house.Ask(payment, 1_000)).ToList();
        await Stopper.UntilWaiting(house, 3);
        // The second batch gets as far as the delegation's lock and waits for its payments'.
        await using var mover = await Stopper.Lock(
            house,
            """SELECT 1 FROM payment ORDER BY payment_id DESC LIMIT 1 FOR NO KEY UPDATE"""
        );
        await stopper.DisposeAsync();
        await first;
        await mover.UntilAwaited();

        await patience.CancelAsync();
        var hungUp = await Assert.ThrowsAsync<RpcException>(async () => await late);
        await Stopper.UntilGaveUp(house, 1);
        await mover.DisposeAsync();

        Assert.Equal(StatusCode.Cancelled, hungUp.StatusCode);
        Assert.All(await Task.WhenAll(others), refund => Assert.Equal(RefundState.Approved, refund.State));
        Assert.Equal([1L, 2L], (await Stopper.SizesOfTransactions(house)).Order());
        Assert.Equal([3L], await house.Rows<long>("""SELECT count(*) FROM refund"""));
    }

    [Fact]
    public async Task One_that_is_refused_spoils_none_of_the_others()
    {
        await using var house = await OpenWithDelegation();
        var payments = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => house.Pay()));
        var unknown = Asking(payments[0], 1_000);
        unknown.Refund.Payment = $"{Parent}/payments/{NewId()}";
        await using var stopper = await Stopper.Lock(house);
        var first = house.Ask(payments[0], 1_000);
        await stopper.UntilAwaited();
        var refused = Refusal(() => house.Rpc.CreateRefundAsync(unknown, house.AsAgent));
        var stranger = Refusal(() =>
            house.Rpc.CreateRefundAsync(
                Asking(payments[0], 1_000),
                house.Service.As(Mobility.Platform.Auth.Role.Agent, NewPerson())
            )
        );
        var others = payments.Skip(1).Select(payment => house.Ask(payment, 1_000)).ToList();
        await Stopper.UntilWaiting(house, Callers + 1);
        await stopper.DisposeAsync();

        Assert.All(
            await Task.WhenAll(others.Append(first)),
            refund => Assert.Equal(RefundState.Approved, refund.State)
        );
        Assert.Equal("PAYMENT_UNKNOWN", TestService.ReasonOf(await refused));
        Assert.Equal("MEMBER_UNKNOWN", TestService.ReasonOf(await stranger));
        // A refusal keeps no key: what was wrong may be put right under the same id.
        Assert.Equal(
            [(long)Callers],
            await house.Rows<long>("""SELECT count(*) FROM once WHERE key LIKE '%/CreateRefund|%'""")
        );
    }

    [Fact]
    public async Task When_a_write_fails_each_of_its_batch_is_asked_alone()
    {
        await using var house = await OpenWithDelegation();
        house.Service.ErrorsExpected = true;
        await house.Rows<int>(
            """
            CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN IF NEW.note = 'poison' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END$$;
            CREATE TRIGGER poison BEFORE INSERT ON refund FOR EACH ROW EXECUTE FUNCTION refuse_poison()
            """
        );
        var payments = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => house.Pay()));
        var poison = Asking(payments[0], 1_000);
        poison.Refund.Note = "poison";
        await using var stopper = await Stopper.Lock(house);
        var first = house.Ask(payments[0], 1_000);
        await stopper.UntilAwaited();
        var spoilt = Refusal(() => house.Rpc.CreateRefundAsync(poison, house.AsAgent));
        var others = payments.Skip(1).Select(payment => house.Ask(payment, 1_000)).ToList();
        await Stopper.UntilWaiting(house, Callers);
        await stopper.DisposeAsync();

        Assert.All(
            await Task.WhenAll(others.Append(first)),
            refund => Assert.Equal(RefundState.Approved, refund.State)
        );
        Assert.Equal(StatusCode.Internal, (await spoilt).StatusCode);
        var count = await house.Rows<long>("""SELECT decision_count FROM delegation""");
        Assert.Equal([(long)Callers], count);
    }

    [Fact]
    public async Task The_same_request_fifty_times_at_once_is_one_refund_and_fifty_equal_replies()
    {
        await using var house = await OpenWithDelegation();
        var request = Asking(await house.Pay(), 1_000);

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => house.Rpc.CreateRefundAsync(request, house.AsAgent).ResponseAsync)
        );

        Assert.Single(replies.Distinct());
        Assert.Equal([1L], await house.Rows<long>("""SELECT count(*) FROM refund"""));
    }

    [Theory]
    [InlineData("""UPDATE audit_leaf SET leaf = ''""")]
    [InlineData("""DELETE FROM audit_leaf""")]
    [InlineData("""TRUNCATE audit_leaf""")]
    public async Task A_leaf_is_never_changed(string statement)
    {
        await using var house = await OpenWithDelegation();
        await house.Ask(await house.Pay(), 1_000);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => house.Rows<int>(statement));

        Assert.Equal("audit_leaf is append-only", refused.MessageText);
    }

    // Long enough to arrive at a busy service.
    private static DateTime Soon() => TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(2);

    private static async Task<RpcException> Refusal(Func<AsyncUnaryCall<Refund>> ask) =>
        await Assert.ThrowsAsync<RpcException>(async () => await ask());
}
