using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class ListPaymentsTests
{
    [Fact]
    public async Task Payments_are_found_by_ride_and_by_customer_the_latest_first_with_what_is_left()
    {
        await using var house = await OpenWithDelegation();
        var ride = NewRide();
        var first = await house.Pay(5_000, ride);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await house.Pay(3_000, ride);
        var elsewhere = await house.Pay(1_000, customer: NewRider());
        await house.Ask(first, 2_000);

        var ofRide = (await List(house, r => r.Ride = ride)).Payments;
        Assert.Equal([second.Name, first.Name], ofRide.Select(payment => payment.Name));
        Assert.Equal((Won(3_000), Won(5_000)), (ofRide[1].RefundableAmount, ofRide[1].Amount));
        Assert.Equal(second, ofRide[0]);
        Assert.Equal([elsewhere], (await List(house, r => r.Customer = elsewhere.Customer)).Payments);
        Assert.Equal(3, (await List(house)).Payments.Count);
    }

    [Fact]
    public async Task A_rider_sees_own_payments_only_whatever_is_asked_for()
    {
        await using var house = await Open();
        var mine = await house.Pay();
        var other = await house.Pay(customer: NewRider());

        Assert.Equal([mine], (await List(house, caller: house.AsRider)).Payments);
        Assert.Empty((await List(house, r => r.Customer = other.Customer, house.AsRider)).Payments);
        Assert.Empty((await List(house, r => r.Ride = other.Ride, house.AsRider)).Payments);
        var namesake = house.Rider.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);
        Assert.Empty((await List(house, caller: house.Service.As(Role.Rider, namesake))).Payments);
    }

    [Fact]
    public async Task Pages_of_every_size_put_together_are_the_whole_list()
    {
        await using var house = await Open();
        for (var n = 0; n < 5; n++)
        {
            // Two at the same millisecond: the id breaks the tie.
            house.Service.Clock.Advance(TimeSpan.FromSeconds(n % 2));
            await house.Pay();
        }
        var whole = (await List(house)).Payments;
        for (var size = 1; size <= 6; size++)
        {
            var put = new List<Payment>();
            var token = "";
            do
            {
                var (pageSize, pageToken) = (size, token);
                var page = await List(
                    house,
                    r =>
                    {
                        r.PageSize = pageSize;
                        r.PageToken = pageToken;
                    }
                );
                put.AddRange(page.Payments);
                token = page.NextPageToken;
            } while (token.Length > 0);
            Assert.Equal(whole, put);
        }
        Assert.Equal(5, whole.Count);
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once_and_a_forged_token_is_no_error_of_ours()
    {
        await using var house = await Open();

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            List(
                house,
                r =>
                {
                    r.PageSize = -1;
                    r.PageToken = "next";
                    r.Ride = "mine";
                    r.Customer = $"clients/{TestIssuer.OtherClient}/riders/{NewId()}";
                }
            )
        );
        var forged = await Assert.ThrowsAsync<RpcException>(() =>
            List(house, r => r.PageToken = PageToken.Write(new ListPaymentsRequest { Parent = Parent }, "soon", "x"))
        );

        Assert.Equal(["page_size", "page_token", "ride", "customer"], TestService.FieldsOf(error));
        Assert.Equal(["page_token"], TestService.FieldsOf(forged));
    }

    [Theory]
    [InlineData(Role.Technician)]
    [InlineData(Role.Operator)]
    public async Task Who_has_no_business_with_money_is_refused(Role role)
    {
        await using var house = await Open();
        var subject = NewPerson();
        await house.Enrol(subject, MemberRole.Technician);

        var error = await Assert.ThrowsAsync<RpcException>(() => List(house, caller: house.Service.As(role, subject)));

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }

    private static async Task<ListPaymentsResponse> List(
        RefundsHouse house,
        Action<ListPaymentsRequest>? ask = null,
        Metadata? caller = null
    )
    {
        var request = new ListPaymentsRequest { Parent = Parent };
        ask?.Invoke(request);
        return await house.Rpc.ListPaymentsAsync(request, caller ?? house.AsAgent);
    }
}
