using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Delegation = Mobility.Refunds.V1.Delegation;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

public sealed class RevokeDelegationTests
{
    public static RevokeDelegationRequest Stopping(Delegation delegation) =>
        new()
        {
            Name = delegation.Name,
            Reason = "계약 종료",
            RequestId = NewId(),
        };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Officer_and_lead_end_it_at_once(bool byLead)
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payment = await house.Pay();

        var after = await house.Rpc.RevokeDelegationAsync(
            Stopping(delegation),
            byLead ? house.AsLead : house.AsOfficer
        );

        Assert.Equal((DelegationState.Revoked, 2L, "계약 종료"), (after.State, after.Epoch, after.RevokeReason));
        Assert.Equal(byLead ? house.Lead : house.Officer, after.RevokedBy);
        var refund = await house.Ask(payment, 1_000);
        Assert.Equal(RefundState.Denied, refund.State);
        Assert.Equal("DELEGATION_REVOKED", Assert.Single(refund.Decision.FailedConditions).Code);
        Assert.Equal(["client_officer"], refund.Decision.AllowedBy);
    }

    [Fact]
    public async Task Nothing_that_is_asked_for_after_the_reply_is_admitted()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payments = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => house.Pay(10_000)));
        var stopped = 0;
        var asked = payments.Select(async payment =>
        {
            var late = new List<Refund>();
            for (var round = 0; round < 12; round++)
            {
                var afterStop = Volatile.Read(ref stopped) == 1;
                var refund = await house.Ask(payment, 100);
                if (afterStop)
                {
                    late.Add(refund);
                }
            }
            return late;
        });
        var all = Task.WhenAll(asked);

        await house.Rpc.RevokeDelegationAsync(Stopping(delegation), house.AsOfficer);
        Volatile.Write(ref stopped, 1);

        var late = (await all).SelectMany(refunds => refunds).ToList();
        Assert.NotEmpty(late);
        Assert.All(late, refund => Assert.Equal(RefundState.Denied, refund.State));
    }

    [Fact]
    public async Task What_waits_for_the_gateway_is_withdrawn_and_what_is_there_is_resolved()
    {
        await using var house = await OpenWithOwnGateway();
        var delegation = await house.Grant();
        var payment = await house.Pay(5_000);
        var there = await house.AskHeld(payment, 1_000);
        var waiting = await house.Ask(payment, 2_000);
        Assert.Equal(RefundState.Approved, waiting.State);

        await house.Rpc.RevokeDelegationAsync(Stopping(delegation), house.AsOfficer);
        await house.Until(waiting.Name, RefundState.Withdrawn, TimeSpan.FromMilliseconds(10));
        await house.Gateway.Post("/simulator/release", "{}");
        await house.Until(there.Name, RefundState.Settled);

        Assert.Equal(4_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
        Assert.Equal(
            [(1_000L, 0L)],
            await house.Rows<(long, long)>("""SELECT settled, held FROM payment WHERE client_id <> ''""")
        );
        Assert.Equal(0, (await house.Get(waiting.Name)).AttemptCount);
        Assert.Contains(await house.Service.Events(), evt => evt.Type == RefundWithdrawn.Descriptor.FullName);
    }

    [Fact]
    public async Task A_lead_ends_no_other_vendors_delegation()
    {
        await using var house = await Open();
        var delegation = await house.Grant(asked => asked.Vendor = "vendors/other-contact");

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RevokeDelegationAsync(Stopping(delegation), house.AsLead)
        );

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Equal("OTHER_VENDOR", TestService.ReasonOf(error));
    }

    [Fact]
    public async Task An_ended_one_is_not_ended_again_and_a_missing_one_is_not_found()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        await house.Rpc.RevokeDelegationAsync(Stopping(delegation), house.AsOfficer);

        var again = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RevokeDelegationAsync(Stopping(delegation), house.AsOfficer)
        );
        delegation.Name = $"{Parent}/delegations/{NewId()}";
        var missing = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RevokeDelegationAsync(Stopping(delegation), house.AsOfficer)
        );

        Assert.Equal(
            (StatusCode.FailedPrecondition, "DELEGATION_REVOKED"),
            (again.StatusCode, TestService.ReasonOf(again))
        );
        Assert.Equal((StatusCode.NotFound, "DELEGATION_UNKNOWN"), (missing.StatusCode, TestService.ReasonOf(missing)));
    }

    [Fact]
    public async Task One_whose_policy_was_tampered_with_can_still_be_ended()
    {
        await using var house = await OpenWithOwnGateway();
        var delegation = await house.Grant();
        var payment = await house.Pay(5_000);
        var there = await house.AskHeld(payment, 1_000);
        var waiting = await house.Ask(payment, 2_000);
        await house.Rows<int>("""UPDATE delegation SET policy = '{"budgets": []}' WHERE client_id <> '' RETURNING 1""");

        var after = await house.Rpc.RevokeDelegationAsync(Stopping(delegation), house.AsOfficer);

        Assert.Equal((DelegationState.Revoked, delegation.PolicyHash), (after.State, after.PolicyHash));
        Assert.Empty(after.Clauses);
        await house.Until(waiting.Name, RefundState.Withdrawn, TimeSpan.FromMilliseconds(10));
        await house.Gateway.Post("/simulator/release", "{}");
        await house.Until(there.Name, RefundState.Settled);
    }

    [Fact]
    public async Task A_reason_is_needed()
    {
        await using var house = await Open();
        var request = Stopping(await house.Grant());
        request.Reason = "";
        request.RequestId = "";

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RevokeDelegationAsync(request, house.AsOfficer)
        );

        Assert.Equal(["reason", "request_id"], TestService.FieldsOf(error));
    }

    [Fact]
    public async Task Ten_repeats_at_once_end_it_once_and_an_agent_may_not()
    {
        await using var house = await Open();
        var request = Stopping(await house.Grant());

        var agent = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.RevokeDelegationAsync(request, house.Service.As(Role.Agent, house.Agent))
        );
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => house.Rpc.RevokeDelegationAsync(request, house.AsOfficer).ResponseAsync)
        );

        Assert.Equal(StatusCode.PermissionDenied, agent.StatusCode);
        Assert.Equal(2, Assert.Single(replies.Distinct()).Epoch);
    }
}
