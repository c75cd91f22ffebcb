using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class SuspendDelegationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Officer_and_lead_stop_it_at_once_without_signing_in_anew(bool byLead)
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payment = await house.Pay();

        var after = await house.Suspend(delegation, byLead ? house.AsLead : house.AsStaleOfficer);

        Assert.Equal((DelegationState.Suspended, 2L, 2L), (after.State, after.Epoch, after.Revision));
        Assert.Equal((byLead ? house.Lead : house.Officer, "이상 징후 확인"), (after.SuspendedBy, after.SuspendReason));
        Assert.NotNull(after.SuspendTime);
        Assert.Equal((delegation.PolicyHash, 1), (after.PolicyHash, after.PolicyVersion));
        var refund = await house.Ask(payment, 1_000);
        Assert.Equal(RefundState.Denied, refund.State);
        Assert.Equal("DELEGATION_SUSPENDED", Assert.Single(refund.Decision.FailedConditions).Code);
        Assert.Equal(["client_officer"], refund.Decision.AllowedBy);
    }

    [Fact]
    public async Task Others_are_told_of_it_and_it_is_kept_who_did_it()
    {
        await using var house = await Open();
        var delegation = await house.Grant();

        await house.Suspend(delegation, house.AsLead);

        var (type, data) = (await house.Service.Events())[^1];
        Assert.Equal(DelegationChanged.Descriptor.FullName, type);
        var told = DelegationChanged.Parser.ParseJson(data);
        Assert.Equal((delegation.Name, DelegationState.Suspended, 2L), (told.Delegation, told.State, told.Epoch));
        Assert.Equal([("Grant", 1, house.Officer), ("Suspend", 2, house.Lead)], await house.Changes());
    }

    [Fact]
    public async Task What_waits_at_any_step_is_withdrawn_and_what_is_at_the_gateway_is_resolved()
    {
        await using var house = await OpenWithOwnGateway();
        var delegation = await house.GrantTiers();
        var payment = await house.Pay(5_000);
        var there = await house.AskHeld(payment, 1_000);
        var (approved, atLead) = (await house.Ask(payment, 2_000), await house.AskForLead());

        await house.Suspend(delegation);
        await house.Until(approved.Name, RefundState.Withdrawn, TimeSpan.FromMilliseconds(10));
        await house.Until(atLead.Name, RefundState.Withdrawn);
        await house.Gateway.Post("/simulator/release", "{}");
        await house.Until(there.Name, RefundState.Settled);

        Assert.Equal((0L, 1_000L, 0L, 0L), await house.Held());
        Assert.Equal(4_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task It_still_is_the_vendors_only_one_and_can_be_ended()
    {
        await using var house = await Open();
        var delegation = await house.Suspend(await house.Grant());

        var beside = await Assert.ThrowsAsync<RpcException>(() => house.Grant());
        var ended = await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsLead);

        Assert.Equal("DELEGATION_OVERLAPS", TestService.ReasonOf(beside));
        Assert.Equal((DelegationState.Revoked, 3L, ""), (ended.State, ended.Epoch, ended.SuspendedBy));
        Assert.Null(ended.SuspendTime);
        await house.Grant();
    }

    [Fact]
    public async Task A_suspended_an_ended_a_missing_and_another_vendors_one_are_refused()
    {
        await using var house = await Open();
        var delegation = await house.Suspend(await house.Grant());
        var other = await house.Grant(asked => asked.Vendor = "vendors/other-contact");

        await house.Refused(
            StatusCode.FailedPrecondition,
            "DELEGATION_SUSPENDED",
            () => house.Suspend(delegation, house.AsLead)
        );
        await house.Refused(StatusCode.PermissionDenied, "OTHER_VENDOR", () => house.Suspend(other, house.AsLead));
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        await house.Refused(StatusCode.FailedPrecondition, "DELEGATION_REVOKED", () => house.Suspend(delegation));
        delegation.Name = $"{Parent}/delegations/{NewId()}";
        await house.Refused(StatusCode.NotFound, "DELEGATION_UNKNOWN", () => house.Suspend(delegation));
    }

    [Fact]
    public async Task One_whose_policy_was_tampered_with_is_stopped_and_not_resumed()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        await house.Rows<int>("""UPDATE delegation SET policy = '{"budgets": []}' WHERE client_id <> '' RETURNING 1""");

        var after = await house.Suspend(delegation);

        Assert.Equal((DelegationState.Suspended, delegation.PolicyHash), (after.State, after.PolicyHash));
        Assert.Empty(after.Clauses);
        await house.Refused(StatusCode.DataLoss, "DELEGATION_DAMAGED", () => house.Resume(delegation));
    }

    [Fact]
    public async Task Name_reason_and_request_id_are_needed_and_an_agent_may_not()
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.SuspendDelegationAsync(new() { Name = $"{Parent}/delegations/x" }, house.AsOfficer)
        );
        var delegation = await house.Grant();
        var agent = await Assert.ThrowsAsync<RpcException>(() => house.Suspend(delegation, house.AsAgent));

        Assert.Equal(["name", "reason", "request_id"], TestService.FieldsOf(error));
        Assert.Equal(StatusCode.PermissionDenied, agent.StatusCode);
    }

    [Fact]
    public async Task The_reply_to_a_stop_leaves_out_what_is_left_and_a_later_look_has_it()
    {
        await using var house = await Open();
        var delegation = await house.Grant();

        var stopped = await house.Suspend(delegation);

        Assert.NotEmpty(stopped.Budgets);
        Assert.Empty(stopped.Balances);
        var seen = await house.Rpc.GetDelegationAsync(new() { Name = delegation.Name }, house.AsOfficer);
        Assert.Equal(Won(1_000_000), Assert.Single(seen.Balances).LeftAmount);
        Assert.Single((await house.Resume(delegation)).Balances);
    }

    [Fact]
    public async Task Who_lost_the_standing_does_not_hear_the_reply_to_an_earlier_stop_either()
    {
        await using var house = await Open();
        var request = Suspending(await house.Grant());
        await house.Rpc.SuspendDelegationAsync(request, house.AsLead);
        await house.Enrol(house.Lead, MemberRole.Lead, state: MemberState.Suspended);

        await house.Refused(
            StatusCode.PermissionDenied,
            "MEMBER_SUSPENDED",
            () => house.Rpc.SuspendDelegationAsync(request, house.AsLead).ResponseAsync
        );
    }

    [Fact]
    public async Task Ten_repeats_at_once_stop_it_once()
    {
        await using var house = await Open();
        var request = Suspending(await house.Grant());

        var replies = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ => house.Rpc.SuspendDelegationAsync(request, house.AsOfficer).ResponseAsync)
        );

        Assert.Equal(2, Assert.Single(replies.Distinct()).Epoch);
    }
}
