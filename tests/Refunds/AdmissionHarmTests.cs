using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What one caller sends, or fails to wait for, harms none of the others and keeps nobody from a
/// stop.</summary>
public sealed class AdmissionHarmTests
{
    [Fact]
    public async Task Who_hangs_up_leaves_queue_and_door_at_once_and_nothing_is_admitted_for_it()
    {
        await using var house = await OpenWithDelegation();
        var (atLock, inQueue) = (await house.Pay(), await house.Pay());
        await using var stopper = await Stopper.Lock(house);
        using var patience = new CancellationTokenSource();
        var first = Refused(() => Create(house, Asking(atLock, 1_000), patience.Token));
        await stopper.UntilAwaited();
        var second = Refused(() => Create(house, Asking(inQueue, 1_000), patience.Token));
        await Stopper.UntilWaiting(house, 1);
        await patience.CancelAsync();

        Assert.All(await Task.WhenAll(first, second), error => Assert.Equal(StatusCode.Cancelled, error.StatusCode));
        // The row is locked still, and the service has ended both calls.
        await Stopper.UntilGaveUp(house, 2);
        Assert.Equal(0, house.Service.Get<AdmissionQueue>().Waiting);
        Assert.Equal(1L, await stopper.Waiters());

        await stopper.DisposeAsync();
        Assert.Equal(RefundState.Approved, (await house.Ask(inQueue, 1_000)).State);
        Assert.Equal([1L], await house.Rows<long>("""SELECT count(*) FROM refund"""));
    }

    [Fact]
    public async Task What_is_decided_when_its_caller_hangs_up_is_seen_through_and_its_request_id_tells()
    {
        await using var house = await OpenWithDelegation();
        var request = Asking(await house.Pay(), 1_000);
        // The last round waits, with what was decided.
        await using var stopper = await Stopper.Lock(house, """LOCK TABLE audit_leaf IN SHARE MODE""");
        using var patience = new CancellationTokenSource();
        var hungUp = Refused(() => Create(house, request, patience.Token));
        await stopper.UntilAwaited();
        await patience.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await hungUp).StatusCode);
        await Stopper.UntilGaveUp(house, 1);
        await stopper.DisposeAsync();

        Assert.Equal(RefundState.Approved, (await Create(house, request)).State);
        Assert.Equal([1L], await house.Rows<long>("""SELECT count(*) FROM refund"""));
    }

    [Fact]
    public async Task A_repeat_waits_for_its_reply_and_holds_up_nobody_behind_it()
    {
        await using var house = await OpenWithDelegation();
        var payments = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => house.Pay()));
        var requests = payments.Select(payment => Asking(payment, 1_000)).ToList();
        await using var stopper = await Stopper.Lock(house);
        var replies = new List<Task<Refund>> { Create(house, requests[0]) };
        await stopper.UntilAwaited();
        foreach (var (n, request) in ((int[])[1, 2, 1, 3, 4]).Select(n => requests[n]).Index())
        {
            replies.Add(Create(house, request));
            await Stopper.UntilWaiting(house, n + 1);
        }
        await stopper.DisposeAsync();

        var refunds = await Task.WhenAll(replies);

        Assert.Equal(refunds[1], refunds[3]);
        Assert.Equal(5, refunds.Distinct().Count());
        Assert.Equal([1L, 4L], (await Stopper.SizesOfTransactions(house)).Order());
    }

    [Fact]
    public async Task One_uuid_is_one_request_id_however_it_is_written()
    {
        await using var house = await OpenWithDelegation();
        var payments = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => house.Pay()));
        var lower = Asking(payments[1], 1_000);
        var upper = lower.Clone();
        upper.RequestId = lower.RequestId.ToUpperInvariant();
        await using var stopper = await Stopper.Lock(house);
        var first = house.Ask(payments[0], 1_000);
        await stopper.UntilAwaited();
        var asked = Create(house, lower);
        await Stopper.UntilWaiting(house, 1);
        var reused = Refused(() => Create(house, upper));
        await Stopper.UntilWaiting(house, 2);
        var other = house.Ask(payments[2], 1_000);
        await Stopper.UntilWaiting(house, 3);
        await stopper.DisposeAsync();

        await Task.WhenAll(first, asked, other);

        Assert.Equal("REQUEST_ID_REUSED", TestService.ReasonOf(await reused));
        // Two keys for one id would have failed the whole batch by the index.
        Assert.Equal([1L, 2L], (await Stopper.SizesOfTransactions(house)).Order());
    }

    [Fact]
    public async Task A_request_id_has_no_blanks_around_it()
    {
        await using var house = await OpenWithDelegation();
        var request = Asking(await house.Pay(), 1_000);
        // With so many of them its key would be longer than a key may be, and fail whatever it is written with.
        request.RequestId += new string(' ', 600);

        var refused = await Refused(() => Create(house, request));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal(["request_id"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task A_suspended_member_hears_nothing_of_requests_and_payments_that_are_known()
    {
        await using var house = await OpenWithDelegation();
        var request = Asking(await house.Pay(), 1_000);
        var refund = await Create(house, request);
        await house.Enrol(house.Agent, MemberRole.Agent, state: MemberState.Suspended);

        var refused = await Refused(() => Create(house, request));

        Assert.Equal("MEMBER_SUSPENDED", TestService.ReasonOf(refused));
        var unknown = Asking(await house.Pay(), 1_000);
        unknown.Refund.Payment = $"{Parent}/payments/{NewId()}";
        refused = await Refused(() => Create(house, unknown));
        Assert.Equal("MEMBER_SUSPENDED", TestService.ReasonOf(refused));
        await house.Enrol(house.Agent, MemberRole.Agent);
        Assert.Equal(refund, await Create(house, request));
    }

    [Fact]
    public async Task What_is_damaged_of_one_vendor_is_not_told_to_those_of_another()
    {
        const string damaged = "vendors/damaged-contact";
        await using var house = await OpenWithDelegation();
        await house.Grant(asked => asked.Vendor = damaged);
        await house.Rows<int>(
            """
            WITH changed AS (
                UPDATE delegation SET policy_hash = repeat('0', 64) WHERE vendor = 'vendors/damaged-contact'
                RETURNING 1)
            SELECT count(*)::int FROM changed
            """
        );
        var theirs = NewPerson();
        await house.Enrol(theirs, MemberRole.Agent, damaged);
        var payments = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => house.Pay()));
        await using var stopper = await Stopper.Lock(house);
        var first = house.Ask(payments[0], 1_000);
        await stopper.UntilAwaited();
        // By the token's word they stand in one queue.
        var lost = Refused(async () =>
            await house.Rpc.CreateRefundAsync(Asking(payments[1], 1_000), house.Service.As(Role.Agent, theirs))
        );
        await Stopper.UntilWaiting(house, 1);
        var other = house.Ask(payments[2], 1_000);
        await Stopper.UntilWaiting(house, 2);
        await stopper.DisposeAsync();

        Assert.All(await Task.WhenAll(first, other), refund => Assert.Equal(RefundState.Approved, refund.State));
        Assert.Equal("DELEGATION_DAMAGED", TestService.ReasonOf(await lost));
    }

    [Fact]
    public async Task A_suspension_of_a_member_waits_for_those_before_it_and_for_nobody_after_it()
    {
        await using var house = await OpenWithDelegation();
        await using var watch = await Stopper.Lock(house, """SELECT 1""");
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var before = Locked(
            house,
            async () =>
            {
                entered.SetResult();
                await leave.Task;
            }
        );
        await entered.Task;
        var suspension = house.Enrol(house.Agent, MemberRole.Agent, state: MemberState.Suspended);
        await watch.UntilAwaited();

        var after = Locked(house, () => Task.CompletedTask);
        await Poll.Until(async () => after.IsCompleted || await watch.Waiters() == 2, what: "the one who comes after");
        Assert.False(after.IsCompleted, "a share of the row was given while a suspension waited for it");
        leave.SetResult();
        await suspension;

        Assert.Equal([MemberState.Active, MemberState.Suspended], await Task.WhenAll(before, after));
    }

    [Fact]
    public async Task A_stop_goes_before_those_of_other_processes_who_stood_in_line_first()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        await using var another = await house.Another();
        var payments = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => house.Pay()));
        await using var stopper = await Stopper.Lock(house);
        var first = house.Ask(payments[0], 1_000);
        await stopper.UntilAwaited();
        var second = new RefundsService.RefundsServiceClient(another.Channel)
            .CreateRefundAsync(Asking(payments[1], 1_000), house.AsAgent)
            .ResponseAsync;
        await stopper.UntilAwaited(2);
        var stop = house.Suspend(delegation);
        await stopper.UntilAwaited(3);
        await stopper.DisposeAsync();

        await stop;

        Assert.Equal(RefundState.Approved, (await first).State);
        Assert.Equal(RefundState.Denied, (await second).State);
    }

    /// <summary>The agent's standing as something that is admitted reads it.</summary>
    private static Task<MemberState> Locked(RefundsHouse house, Func<Task> meanwhile) =>
        house.Service.Db.InTransaction(
            TestIssuer.Client,
            async tx =>
            {
                var member = await MemberTable.Locked(tx, Guid.Parse(house.Agent.Split('/')[1]));
                await meanwhile();
                return member!.State;
            },
            CancellationToken.None
        );

    private static async Task<Refund> Create(
        RefundsHouse house,
        CreateRefundRequest request,
        CancellationToken patience = default
    ) => await house.Rpc.CreateRefundAsync(request, house.AsAgent, cancellationToken: patience);

    private static async Task<RpcException> Refused(Func<Task<Refund>> ask) =>
        await Assert.ThrowsAsync<RpcException>(ask);
}
