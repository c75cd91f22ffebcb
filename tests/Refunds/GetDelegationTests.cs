using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class GetDelegationTests
{
    [Fact]
    public async Task It_tells_what_is_left_of_the_delegations_own_budgets()
    {
        await using var house = await Open();
        var delegation = await house.Grant(asked =>
            asked.Budgets.Add(
                new Budget
                {
                    Id = "each-agent",
                    Dimension = BudgetDimension.Agent,
                    Window = BudgetWindow.Lifetime,
                    LimitCount = 5,
                }
            )
        );
        await house.Ask(await house.Pay(), 3_000);

        var now = await house.Rpc.GetDelegationAsync(new() { Name = delegation.Name }, house.AsAgent);

        var balance = Assert.Single(now.Balances);
        Assert.Equal(("daily", Won(997_000)), (balance.Budget, balance.LeftAmount));
    }

    [Fact]
    public async Task Another_vendors_agent_learns_no_more_than_that_there_is_none()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var other = NewPerson();
        await house.Enrol(other, MemberRole.Agent, vendor: "vendors/other-contact");

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.GetDelegationAsync(new() { Name = delegation.Name }, house.Service.As(Role.Agent, other))
        );

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Equal("DELEGATION_UNKNOWN", TestService.ReasonOf(error));
    }

    [Fact]
    public async Task One_that_does_not_exist_is_not_found()
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.GetDelegationAsync(new() { Name = $"{Parent}/delegations/{NewId()}" }, house.AsOfficer)
        );

        Assert.Equal("DELEGATION_UNKNOWN", TestService.ReasonOf(error));
    }

    [Fact]
    public async Task A_policy_that_was_tampered_with_is_never_used()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        await house.Rows<int>(
            """UPDATE delegation SET policy = jsonb_set(policy, '{budgets}', '[]') WHERE client_id <> '' RETURNING 1"""
        );

        var read = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.GetDelegationAsync(new() { Name = delegation.Name }, house.AsOfficer)
        );
        var payment = await house.Pay();
        var asked = await Assert.ThrowsAsync<RpcException>(() => house.Ask(payment, 1_000));

        Assert.Equal("DELEGATION_DAMAGED", TestService.ReasonOf(read));
        Assert.Equal("DELEGATION_DAMAGED", TestService.ReasonOf(asked));
    }
}
