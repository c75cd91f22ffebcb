using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class ListRefundPairsTests
{
    [Fact]
    public async Task Who_refunded_to_whom_again_and_again_comes_most_money_first()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Clauses[0].MaxAmount = Won(20_000));
        var (friend, other, once) = (NewRider(), NewRider(), NewRider());
        var first = house.Now;
        await Refund(house, friend, 6_000);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        await Refund(house, other, 1_000);
        await Refund(house, other, 1_000);
        await Refund(house, other, 1_000);
        await Refund(house, once, 2_000);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        var last = house.Now;
        await Refund(house, friend, 5_000);
        await Refund(house, friend, 1_500, house.AsLead);
        await Refund(house, friend, 1_500, house.AsLead);

        var pairs = (await house.Rpc.ListRefundPairsAsync(Asking(house), house.AsOfficer)).RefundPairs;

        Assert.Equal(
            [
                (house.Agent, friend, 2L, Won(11_000), 6_875),
                .. new[]
                {
                    (house.Agent, other, 3L, Won(3_000), 1_875),
                    (house.Lead, friend, 2L, Won(3_000), 10_000),
                }.OrderBy(pair => pair.Item1, StringComparer.Ordinal),
            ],
            pairs.Select(pair =>
                (pair.RequestedBy, pair.Customer, pair.RefundCount, pair.Amount, pair.ShareBasisPoints)
            )
        );
        Assert.Equal((first, last), (pairs[0].FirstTime.ToDateTimeOffset(), pairs[0].LastTime.ToDateTimeOffset()));
    }

    [Fact]
    public async Task What_was_denied_or_let_go_and_what_nobody_asked_for_is_not_counted()
    {
        await using var house = await OpenWithTiers();
        var friend = NewRider();
        await Refund(house, friend, 1_000);
        var denied = await house.Ask(await house.Pay(200_000, customer: friend), 150_000);
        Assert.Equal(RefundState.Denied, denied.State);
        var taken = await house.Ask(await house.Pay(50_000, customer: friend), 20_000);
        await house.Withdraw(taken);
        var payment = await house.Pay(customer: house.Rider);
        await house.Deliver(house.RideOf(payment.Ride, unlocked: false));
        await house.Deliver(house.FaultOn(payment.Ride));
        Assert.Single(await house.Refunds(payment.Ride));
        var asking = Asking(house);
        asking.MinCount = 1;

        var alone = Assert.Single((await house.Rpc.ListRefundPairsAsync(asking, house.AsOfficer)).RefundPairs);
        // What waits for a lead is held, so it counts.
        await house.Ask(await house.Pay(50_000, customer: friend), 20_000);
        var both = Assert.Single((await house.Rpc.ListRefundPairsAsync(asking, house.AsOfficer)).RefundPairs);

        Assert.Equal((1L, Won(1_000)), (alone.RefundCount, alone.Amount));
        Assert.Equal((2L, Won(21_000)), (both.RefundCount, both.Amount));
    }

    [Fact]
    public async Task A_period_begins_with_its_first_instant_and_ends_before_its_last()
    {
        await using var house = await OpenWithDelegation();
        var friend = NewRider();
        var start = house.Now;
        await Refund(house, friend, 1_000);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        var end = house.Now;
        await Refund(house, friend, 1_000);
        var asking = Asking(house);
        asking.MinCount = 1;
        asking.StartTime = start.ToTimestamp();
        asking.EndTime = end.ToTimestamp();

        var pair = Assert.Single((await house.Rpc.ListRefundPairsAsync(asking, house.AsOfficer)).RefundPairs);
        asking.MinCount = 0;

        Assert.Equal(1, pair.RefundCount);
        Assert.Empty((await house.Rpc.ListRefundPairsAsync(asking, house.AsOfficer)).RefundPairs);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repeat_where_amounts_are_equal_too()
    {
        await using var house = await OpenWithDelegation();
        var customers = Enumerable.Range(0, 5).Select(_ => NewRider()).ToList();
        foreach (var (customer, n) in customers.Select((customer, n) => (customer, n)))
        {
            await Refund(house, customer, n == 3 ? 900 : 700);
        }
        var asking = Asking(house);
        asking.MinCount = 1;
        asking.PageSize = 2;

        var seen = new List<string>();
        do
        {
            var page = await house.Rpc.ListRefundPairsAsync(asking, house.AsOfficer);
            Assert.InRange(page.RefundPairs.Count, 1, 2);
            seen.AddRange(page.RefundPairs.Select(pair => pair.Customer));
            asking.PageToken = page.NextPageToken;
        } while (asking.PageToken.Length > 0);

        Assert.Equal(customers[3], seen[0]);
        Assert.Equal(customers.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_clients_pairs_are_not_seen()
    {
        await using var house = await OpenWithDelegation();
        await Refund(house, house.Rider, 1_000);
        await Refund(house, house.Rider, 1_000);
        var asking = Asking(house);
        asking.Parent = $"clients/{TestIssuer.OtherClient}";
        var auditor = house.Service.As(Role.Auditor, NewPerson(), TestIssuer.OtherClient);

        Assert.Empty((await house.Rpc.ListRefundPairsAsync(asking, auditor)).RefundPairs);
    }

    [Fact]
    public async Task Wrong_fields_are_named_all_at_once()
    {
        await using var house = await Open();
        var asking = new ListRefundPairsRequest
        {
            Parent = Parent,
            PageSize = -1,
            PageToken = "x",
            MinCount = -1,
        };
        var backwards = Asking(house);
        (backwards.StartTime, backwards.EndTime) = (backwards.EndTime, backwards.StartTime);
        var tooLong = Asking(house);
        tooLong.EndTime = (tooLong.StartTime.ToDateTimeOffset() + new TimeSpan(366, 0, 0, 1)).ToTimestamp();

        Assert.Equal(
            ["page_size", "page_token", "start_time", "end_time", "end_time", "min_count"],
            await Fields(asking)
        );
        Assert.Equal(["end_time"], await Fields(backwards));
        Assert.Equal(["end_time"], await Fields(tooLong));

        async Task<IReadOnlyList<string>> Fields(ListRefundPairsRequest request) =>
            TestService.FieldsOf(
                await Assert.ThrowsAsync<RpcException>(async () =>
                    await house.Rpc.ListRefundPairsAsync(request, house.AsOfficer)
                )
            );
    }

    [Theory]
    [InlineData("much", "people/0190a6c0-0000-7000-8000-00000000abcd", "0190a6c0-0000-7000-8000-00000000abcd")]
    [InlineData("1", "me", "0190a6c0-0000-7000-8000-00000000abcd")]
    [InlineData("1", "people/0190a6c0-0000-7000-8000-00000000abcd", "x")]
    public async Task A_forged_page_token_is_refused(params string[] keys)
    {
        await using var house = await Open();
        var asking = Asking(house);
        asking.PageToken = PageToken.Write(asking.Clone(), keys);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.ListRefundPairsAsync(asking, house.AsOfficer)
        );

        Assert.Equal(["page_token"], TestService.FieldsOf(error));
    }

    [Fact]
    public async Task Only_officers_and_auditors_see_pairs()
    {
        await using var house = await Open();
        var asking = Asking(house);

        await house.Rpc.ListRefundPairsAsync(asking, house.Service.As(Role.Auditor, NewPerson()));
        foreach (var caller in (Metadata[])[house.AsAgent, house.AsLead, house.AsOperator, house.AsRider])
        {
            var error = await Assert.ThrowsAsync<RpcException>(async () =>
                await house.Rpc.ListRefundPairsAsync(asking, caller)
            );
            Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        }
    }

    /// <summary>Of the day around now.</summary>
    private static ListRefundPairsRequest Asking(RefundsHouse house) =>
        new()
        {
            Parent = Parent,
            StartTime = (house.Now - TimeSpan.FromHours(12)).ToTimestamp(),
            EndTime = (house.Now + TimeSpan.FromHours(12)).ToTimestamp(),
        };

    private static async Task Refund(RefundsHouse house, string customer, long won, Metadata? caller = null)
    {
        var refund = await house.Ask(await house.Pay(10_000, customer: customer), won, caller: caller);
        Assert.Equal(RefundState.Approved, refund.State);
    }
}
