using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Delegation = Mobility.Refunds.V1.Delegation;

namespace Mobility.Tests.Refunds;

public sealed class NarrowDelegationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Officer_and_lead_put_narrower_terms_in_force_at_once(bool byLead)
    {
        await using var house = await Open();
        var before = await house.Grant();
        var payment = await house.Pay(10_000);

        var after = await house.Narrow(
            before,
            terms => terms.Clauses[0].MaxAmount = Won(3_000),
            byLead ? house.AsLead : house.AsStaleOfficer
        );

        Assert.Equal((DelegationState.Active, 2L, 2), (after.State, after.Epoch, after.PolicyVersion));
        Assert.NotEqual(before.PolicyHash, after.PolicyHash);
        Assert.Equal(before.ExpireTime, after.ExpireTime);
        Assert.Equal(Won(3_000), after.Clauses.Single(clause => clause.Id == "agents").MaxAmount);
        var refund = await house.Ask(payment, 3_001);
        Assert.Equal((RefundState.Denied, 2L), (refund.State, refund.Decision.Epoch));
        Assert.Equal("AMOUNT_ABOVE_CLAUSE", Assert.Single(refund.Decision.FailedConditions).Code);
        Assert.NotEqual(RefundState.Denied, (await house.Ask(payment, 3_000)).State);
        Assert.Equal(("Narrow", 2L, byLead ? house.Lead : house.Officer), (await house.Changes())[^1]);
        Assert.Contains(
            await house.Service.Events(),
            evt =>
                evt.Type == DelegationChanged.Descriptor.FullName
                && evt.Data.Contains(after.PolicyHash, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_number_that_is_narrowed_below_what_is_used_leaves_none_and_is_no_missing_limit()
    {
        await using var house = await Open();
        var before = await house.Grant(asked => asked.Budgets[0].LimitCount = 5);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            // What is not sent yet would be withdrawn by the change, and free its place.
            await house.Until((await house.Ask(await house.Pay(), 1_000)).Name, RefundState.Settled);
        }

        var after = await house.Narrow(before, terms => terms.Budgets[0].LimitCount = 2);

        Assert.Equal((0L, Won(997_000)), (after.Balances[0].LeftCount, after.Balances[0].LeftAmount));
        var refund = await house.Ask(await house.Pay(), 1_000);
        Assert.Equal("BUDGET_COUNT_EXCEEDED", Assert.Single(refund.Decision.FailedConditions).Code);
        Assert.Equal(0L, refund.Decision.Balances[0].LeftCount);
    }

    [Fact]
    public async Task Every_version_is_kept_and_a_refund_names_the_one_that_decided_it()
    {
        await using var house = await Open();
        var first = await house.Grant();
        var asked = await house.Ask(await house.Pay(), 1_000);
        var second = await house.Narrow(first, terms => terms.Budgets[0].LimitAmount = Won(500_000));
        var third = await house.Narrow(second, terms => terms.Clauses.RemoveAt(1), house.AsLead);

        Assert.Equal(first.PolicyHash, asked.Decision.PolicyHash);
        Assert.Equal(
            [
                (1, first.PolicyHash, house.Officer),
                (2, second.PolicyHash, house.Officer),
                (3, third.PolicyHash, house.Lead),
            ],
            await house.Rows<(int, string, string)>(
                """SELECT version, policy_hash, made_by FROM policy_version WHERE client_id <> '' ORDER BY version"""
            )
        );
        Assert.Equal(
            [true],
            await house.Rows<bool>(
                """
                SELECT v.policy = d.policy AND v.policy_hash = d.policy_hash AND NOT d.serves_system
                FROM delegation d JOIN policy_version v USING (client_id, delegation_id)
                WHERE v.version = d.policy_version AND d.client_id <> ''
                """
            )
        );
    }

    [Fact]
    public async Task An_earlier_end_alone_is_narrower_too()
    {
        await using var house = await Open();
        var before = await house.Grant();
        var end = (house.Now + TimeSpan.FromHours(1)).ToTimestamp();

        var after = await house.Narrow(before, terms => terms.ExpireTime = end);
        house.Service.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal((2L, 1, end), (after.Epoch, after.PolicyVersion, after.ExpireTime));
        var refund = await house.Ask(await house.Pay(), 1_000);
        Assert.Equal("DELEGATION_EXPIRED", Assert.Single(refund.Decision.FailedConditions).Code);
    }

    [Fact]
    public async Task Every_part_that_is_wider_is_named_and_nothing_changes()
    {
        await using var house = await Open();
        var before = await house.Grant(asked =>
            asked.Clauses.Add(
                new Clause
                {
                    Id = "never",
                    Effect = ClauseEffect.Forbid,
                    Actions = { RefundAction.CardRefund },
                    Actors = { Actor.Agent },
                    MinAmount = Won(9_000),
                }
            )
        );
        var request = Narrowing(
            before,
            terms =>
            {
                terms.ExpireTime = before.ExpireTime + Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1));
                terms.Clauses.Single(clause => clause.Id == "agents").MaxAmount = Won(10_001);
                terms.Clauses.Single(clause => clause.Id == "never").MinAmount = Won(9_001);
                terms.Budgets[0].LimitAmount = Won(1_000_001);
            }
        );

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.NarrowDelegationAsync(request, house.AsOfficer)
        );

        Assert.Equal((StatusCode.InvalidArgument, "NOT_NARROWER"), (error.StatusCode, TestService.ReasonOf(error)));
        Assert.Equal(
            [
                "delegation.expire_time",
                "delegation.clauses[agents].max_amount",
                "delegation.clauses[never].min_amount",
                "delegation.budgets[daily].limit_amount",
            ],
            TestService.FieldsOf(error)
        );
        Assert.Equal(before, await house.Rpc.GetDelegationAsync(new() { Name = before.Name }, house.AsLead));
        Assert.Single(await house.Changes());
    }

    [Fact]
    public async Task What_was_admitted_under_the_wider_terms_and_not_sent_is_withdrawn()
    {
        await using var house = await Open();
        var delegation = await house.GrantTiers();
        var waiting = await house.AskForLead();

        await house.Narrow(delegation, terms => terms.Budgets[0].LimitAmount = Won(900_000));

        await house.Until(waiting.Name, RefundState.Withdrawn);
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_lower_limit_counts_what_was_used_before()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payment = await house.Pay(10_000);
        var before = await house.Ask(payment, 4_000);
        await house.Until(before.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));

        await house.Narrow(delegation, terms => terms.Budgets[0].LimitAmount = Won(5_000));

        var over = await house.Ask(payment, 1_001);
        Assert.Equal("BUDGET_AMOUNT_EXCEEDED", Assert.Single(over.Decision.FailedConditions).Code);
        Assert.NotEqual(RefundState.Denied, (await house.Ask(payment, 1_000)).State);
    }

    [Fact]
    public async Task The_same_terms_again_stop_nothing()
    {
        await using var house = await Open();
        var delegation = await house.GrantTiers();
        var waiting = await house.AskForLead();

        var after = await house.Narrow(delegation, _ => { });

        Assert.Equal((1L, 1L, 1), (after.Epoch, after.Revision, after.PolicyVersion));
        Assert.Equal(RefundState.Approved, (await house.Approve(waiting, house.AsLead)).State);
    }

    [Fact]
    public async Task A_suspended_one_is_narrowed_and_stays_suspended()
    {
        await using var house = await Open();
        var delegation = await house.Suspend(await house.Grant());

        var after = await house.Narrow(delegation, terms => terms.Clauses.RemoveAt(1));

        Assert.Equal((DelegationState.Suspended, 3L), (after.State, after.Epoch));
        Assert.Single((await house.Resume(delegation)).Clauses);
    }

    [Fact]
    public async Task An_ended_a_missing_a_damaged_and_another_vendors_one_are_refused()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var other = await house.Grant(asked => asked.Vendor = "vendors/other-contact");
        Task<Delegation> Narrow() => house.Narrow(delegation, _ => { });

        await house.Refused(
            StatusCode.PermissionDenied,
            "OTHER_VENDOR",
            () => house.Narrow(other, _ => { }, house.AsLead)
        );
        await house.Rows<int>("""UPDATE delegation SET policy = '{"budgets": []}' WHERE client_id <> '' RETURNING 1""");
        await house.Refused(StatusCode.DataLoss, "DELEGATION_DAMAGED", Narrow);
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        await house.Refused(StatusCode.FailedPrecondition, "DELEGATION_REVOKED", Narrow);
        delegation.Name = $"{Parent}/delegations/{NewId()}";
        await house.Refused(StatusCode.NotFound, "DELEGATION_UNKNOWN", Narrow);
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        await using var house = await Open();
        var delegation = await house.Grant();

        var name = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.NarrowDelegationAsync(new() { Name = $"{Parent}/delegations/x" }, house.AsOfficer)
        );
        var rest = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.NarrowDelegationAsync(
                new()
                {
                    Name = delegation.Name,
                    Delegation = new() { ExpireTime = house.Now.ToTimestamp() },
                },
                house.AsOfficer
            )
        );
        // It has not begun yet and would end before it begins.
        var next = await house.Grant(asked =>
        {
            asked.StartTime = asked.ExpireTime;
            asked.ExpireTime = asked.StartTime + Duration.FromTimeSpan(TimeSpan.FromDays(1));
        });
        var before = await Assert.ThrowsAsync<RpcException>(() =>
            house.Narrow(next, terms => terms.ExpireTime = delegation.ExpireTime)
        );

        Assert.Equal(["name"], TestService.FieldsOf(name));
        Assert.Equal(
            ["delegation.expire_time", "delegation.clauses", "delegation.budgets", "reason", "request_id"],
            TestService.FieldsOf(rest)
        );
        Assert.Equal(["delegation.expire_time"], TestService.FieldsOf(before));
    }
}
