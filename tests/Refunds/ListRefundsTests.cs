using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

public sealed class ListRefundsTests
{
    [Fact]
    public async Task Pages_follow_each_other_newest_first_without_gap_or_repeat()
    {
        await using var house = await OpenWithDelegation();
        var asked = new List<string>();
        for (var n = 0; n < 5; n++)
        {
            asked.Add((await house.Ask(await house.Pay(20_000), 15_000)).Name);
            house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var request = new ListRefundsRequest { Parent = Parent, PageSize = 2 };
        var seen = new List<Refund>();
        do
        {
            var page = await house.Rpc.ListRefundsAsync(request, house.AsLead);
            Assert.InRange(page.Refunds.Count, 1, 2);
            seen.AddRange(page.Refunds);
            request.PageToken = page.NextPageToken;
        } while (request.PageToken.Length > 0);

        Assert.Equal(asked.AsEnumerable().Reverse(), seen.Select(refund => refund.Name));
    }

    [Fact]
    public async Task Filters_narrow_the_list()
    {
        await using var house = await OpenWithDelegation();
        var (one, other) = (await house.Pay(20_000), await house.Pay(20_000));
        var denied = await house.Ask(one, 15_000);
        var allowed = await house.Ask(other, 1_000);
        await house.Until(allowed.Name, RefundState.Settled);

        Assert.Equal([denied.Name], await Names(new() { State = RefundState.Denied }));
        Assert.Equal([allowed.Name], await Names(new() { Payment = other.Name }));
        Assert.Equal([denied.Name], await Names(new() { Ride = one.Ride }));
        Assert.Empty(await Names(new() { Ride = one.Ride, State = RefundState.Settled }));

        async Task<IEnumerable<string>> Names(ListRefundsRequest request)
        {
            request.Parent = Parent;
            return (await house.Rpc.ListRefundsAsync(request, house.AsLead)).Refunds.Select(refund => refund.Name);
        }
    }

    [Fact]
    public async Task A_rider_sees_own_refunds_only()
    {
        await using var house = await OpenWithDelegation();
        var mine = await house.Ask(await house.Pay(), 1_000);
        await house.Ask(await house.Pay(customer: NewRider()), 1_000);

        var page = await house.Rpc.ListRefundsAsync(new() { Parent = Parent }, house.AsRider);
        var stranger = await house.Rpc.ListRefundsAsync(
            new() { Parent = Parent },
            house.Service.As(Role.Rider, NewRider())
        );

        Assert.Equal(mine.Name, Assert.Single(page.Refunds).Name);
        Assert.Empty(stranger.Refunds);
    }

    [Fact]
    public async Task A_token_of_another_question_and_wrong_filters_are_refused()
    {
        await using var house = await OpenWithDelegation();
        await house.Ask(await house.Pay(20_000), 15_000);
        await house.Ask(await house.Pay(20_000), 15_000);
        var first = await house.Rpc.ListRefundsAsync(new() { Parent = Parent, PageSize = 1 }, house.AsLead);
        var request = new ListRefundsRequest
        {
            Parent = Parent,
            PageSize = -1,
            PageToken = first.NextPageToken,
            State = (RefundState)99,
            Payment = "payments/1",
            Ride = "rides/1",
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.ListRefundsAsync(request, house.AsLead)
        );

        Assert.Equal(["page_size", "page_token", "state", "payment", "ride"], TestService.FieldsOf(error));
    }

    [Fact]
    public async Task Operators_may_not_list()
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.ListRefundsAsync(new() { Parent = Parent }, house.AsOperator)
        );

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }
}
