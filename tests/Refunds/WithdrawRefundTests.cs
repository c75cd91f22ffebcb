using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class WithdrawRefundTests
{
    [Fact]
    public async Task Who_asked_takes_it_back_and_what_was_held_is_free_again()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForOfficer();

        var withdrawn = await house.Withdraw(waiting);

        Assert.Equal((RefundState.Withdrawn, 3L), (withdrawn.State, withdrawn.Revision));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        Assert.Equal(RefundWithdrawn.Descriptor.FullName, (await house.Service.Events())[^1].Type);
    }

    [Fact]
    public async Task Nobody_else_takes_it_back()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForLead();

        await house.Refused(StatusCode.PermissionDenied, "NOT_REQUESTER", () => house.Withdraw(waiting, house.AsLead));
        await house.Refused(
            StatusCode.PermissionDenied,
            "PERMISSION_DENIED",
            () => house.Withdraw(waiting, house.AsOfficer)
        );
    }

    [Fact]
    public async Task What_waits_for_nobody_is_not_taken_back()
    {
        await using var house = await OpenWithTiers();
        var settled = await house.Ask(await house.Pay(), 1_000);
        await house.Until(settled.Name, RefundState.Settled);

        await house.Refused(StatusCode.FailedPrecondition, "REFUND_NOT_AWAITING", () => house.Withdraw(settled));
        settled.Name = $"{Parent}/refunds/{NewId()}";
        await house.Refused(StatusCode.NotFound, "REFUND_UNKNOWN", () => house.Withdraw(settled));
    }

    [Fact]
    public async Task Ten_repeats_at_once_take_it_back_once()
    {
        await using var house = await OpenWithTiers();
        var request = new WithdrawRefundRequest { Name = (await house.AskForLead()).Name };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.WithdrawRefundAsync(request, house.AsAgent)
        );
        request.RequestId = NewId();
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => house.Rpc.WithdrawRefundAsync(request, house.AsAgent).ResponseAsync)
        );

        Assert.Equal(["request_id"], TestService.FieldsOf(error));
        Assert.Equal(2, Assert.Single(replies.Distinct()).Revision);
    }
}
