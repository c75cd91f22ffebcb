using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class ListDelegationsTests
{
    [Fact]
    public async Task Pages_follow_each_other_newest_first_with_what_is_left()
    {
        await using var house = await Open();
        var granted = new List<string>();
        foreach (var vendor in new[] { Vendor, "vendors/second-desk", "vendors/third-desk" })
        {
            granted.Add((await house.Grant(asked => asked.Vendor = vendor)).Name);
            house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var request = new ListDelegationsRequest { Parent = Parent, PageSize = 2 };
        var first = await house.Rpc.ListDelegationsAsync(request, house.AsOfficer);
        request.PageToken = first.NextPageToken;
        var second = await house.Rpc.ListDelegationsAsync(request, house.AsOfficer);

        Assert.Equal(
            granted.AsEnumerable().Reverse(),
            first.Delegations.Concat(second.Delegations).Select(delegation => delegation.Name)
        );
        Assert.Equal((2, ""), (first.Delegations.Count, second.NextPageToken));
        Assert.Equal(Won(1_000_000), Assert.Single(first.Delegations[0].Balances).LeftAmount);
    }

    [Fact]
    public async Task A_vendors_people_see_their_own_only()
    {
        await using var house = await Open();
        var own = await house.Grant();
        await house.Grant(asked => asked.Vendor = "vendors/second-desk");

        foreach (var caller in new[] { house.AsAgent, house.AsLead })
        {
            var page = await house.Rpc.ListDelegationsAsync(new() { Parent = Parent }, caller);
            Assert.Equal(own.Name, Assert.Single(page.Delegations).Name);
        }
    }

    [Fact]
    public async Task One_with_a_damaged_policy_is_listed_without_it_so_that_it_can_be_ended()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        await house.Rows<int>(
            """UPDATE delegation SET policy = jsonb_set(policy, '{budgets}', '[]') WHERE client_id <> '' RETURNING 1"""
        );

        var page = await house.Rpc.ListDelegationsAsync(new() { Parent = Parent }, house.AsOfficer);

        var listed = Assert.Single(page.Delegations);
        Assert.Equal((delegation.Name, 0, 0), (listed.Name, listed.Clauses.Count, listed.Balances.Count));
    }

    [Fact]
    public async Task A_wrong_question_is_refused_field_by_field()
    {
        await using var house = await Open();
        var request = new ListDelegationsRequest
        {
            Parent = "clients",
            PageSize = -1,
            PageToken = "x",
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.ListDelegationsAsync(request, house.AsOfficer)
        );

        Assert.Equal(["parent", "page_size", "page_token"], TestService.FieldsOf(error));
    }

    [Theory]
    [InlineData(Role.Rider)]
    [InlineData(Role.Technician)]
    [InlineData(Role.Operator)]
    public async Task Who_has_no_part_in_it_sees_none(Role role)
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.ListDelegationsAsync(
                new() { Parent = Parent },
                house.Service.As(role, role == Role.Rider ? NewRider() : NewPerson())
            )
        );

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }
}
