using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class ResumeDelegationTests
{
    [Fact]
    public async Task An_officer_who_just_signed_in_lets_it_be_used_again_under_a_new_epoch()
    {
        await using var house = await Open();
        var granted = await house.Grant();
        await house.Suspend(granted, house.AsLead);

        var after = await house.Resume(granted);

        Assert.Equal((DelegationState.Active, 3L, ""), (after.State, after.Epoch, after.SuspendedBy));
        Assert.Null(after.SuspendTime);
        Assert.Equal(granted.PolicyHash, after.PolicyHash);
        var refund = await house.Ask(await house.Pay(), 1_000);
        Assert.Equal((3L, granted.PolicyHash), (refund.Decision.Epoch, refund.Decision.PolicyHash));
        await house.Until(refund.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));
        Assert.Equal(("Resume", 3L, house.Officer), (await house.Changes())[^1]);
    }

    [Fact]
    public async Task What_the_stop_caught_stays_caught()
    {
        await using var house = await Open();
        var delegation = await house.GrantTiers();
        var waiting = await house.AskForLead();

        await house.Suspend(delegation);
        await house.Resume(delegation);

        await house.Until(waiting.Name, RefundState.Withdrawn);
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_lead_may_not_and_an_officer_who_signed_in_long_ago_may_not()
    {
        await using var house = await Open();
        var delegation = await house.Suspend(await house.Grant());

        await house.Refused(
            StatusCode.PermissionDenied,
            "STEP_UP_REQUIRED",
            () => house.Resume(delegation, house.AsStaleOfficer)
        );
        var lead = await Assert.ThrowsAsync<RpcException>(() => house.Resume(delegation, house.AsLead));

        Assert.Equal(StatusCode.PermissionDenied, lead.StatusCode);
    }

    [Fact]
    public async Task Only_a_suspended_one_is_resumed()
    {
        await using var house = await Open();
        var delegation = await house.Grant();

        await house.Refused(StatusCode.FailedPrecondition, "DELEGATION_NOT_SUSPENDED", () => house.Resume(delegation));
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        await house.Refused(StatusCode.FailedPrecondition, "DELEGATION_REVOKED", () => house.Resume(delegation));
        delegation.Name = $"{Parent}/delegations/{NewId()}";
        await house.Refused(StatusCode.NotFound, "DELEGATION_UNKNOWN", () => house.Resume(delegation));
    }

    [Fact]
    public async Task Name_reason_and_request_id_are_needed()
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.ResumeDelegationAsync(new() { Name = $"{Parent}/delegations/x" }, house.AsOfficer)
        );

        Assert.Equal(["name", "reason", "request_id"], TestService.FieldsOf(error));
    }
}
