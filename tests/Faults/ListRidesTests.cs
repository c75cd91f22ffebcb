using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;
using Ride = Mobility.Faults.V1.Ride;

namespace Mobility.Tests.Faults;

public sealed class ListRidesTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task The_latest_start_comes_first_whatever_order_the_records_came_in()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var middle = await house.Record(vehicle, endedAgo: TimeSpan.FromHours(2));
        var latest = await house.Record(vehicle, endedAgo: TimeSpan.FromHours(1));
        var first = await house.Record(vehicle, endedAgo: TimeSpan.FromHours(3));

        Assert.Equal([latest, middle, first], (await List(house)).Rides);
    }

    [Fact]
    public async Task Rides_are_found_by_rider_by_vehicle_and_by_the_code_on_it_however_it_is_typed()
    {
        await using var house = await FaultsHouse.Open();
        var (one, other) = (await house.Register("GN-0001"), await house.Register("GN-0002"));
        var mine = await house.Record(one);
        var theirs = await house.Record(one, house.OtherRider);
        var elsewhere = await house.Record(other);

        Assert.Equivalent(
            new[] { mine, elsewhere },
            (await List(house, r => r.Rider = house.Rider)).Rides,
            strict: true
        );
        Assert.Equivalent(new[] { mine, theirs }, (await List(house, r => r.Vehicle = one.Name)).Rides, strict: true);
        Assert.Equal([elsewhere], (await List(house, r => r.PrintedCode = " ｇn-0002")).Rides);
        var both = await List(
            house,
            r =>
            {
                r.PrintedCode = "GN-0001";
                r.Rider = house.OtherRider;
            }
        );
        Assert.Equal([theirs], both.Rides);
        Assert.Empty((await List(house, r => r.PrintedCode = "GN-9999")).Rides);
    }

    [Fact]
    public async Task A_rider_sees_own_rides_only_whatever_is_asked_for()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        var mine = await house.Record(vehicle);
        await house.Record(vehicle, house.OtherRider);

        Assert.Equal([mine], (await List(house, caller: house.AsRider)).Rides);
        Assert.Equal([mine], (await List(house, r => r.PrintedCode = "GN-0001", house.AsRider)).Rides);
        Assert.Empty((await List(house, r => r.Rider = house.OtherRider, house.AsRider)).Rides);
        var namesake = house.Rider.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);
        Assert.Empty((await List(house, caller: house.As(Role.Rider, namesake))).Rides);
    }

    [Fact]
    public async Task A_client_sees_own_rides_only()
    {
        await using var house = await FaultsHouse.Open();
        await house.Record(await house.Register());
        var request = new ListRidesRequest { Parent = $"clients/{TestIssuer.OtherClient}", PrintedCode = "GN-0001" };

        var list = await house.Rpc.ListRidesAsync(request, house.As(Role.Lead, house.Agent, TestIssuer.OtherClient));

        Assert.Empty(list.Rides);
    }

    [Fact]
    public async Task Pages_of_every_size_put_together_are_the_whole_list()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        for (var n = 0; n < 6; n++)
        {
            // Two of each at the same millisecond: the id breaks the tie.
            await house.Record(vehicle, endedAgo: TimeSpan.FromHours(n / 2));
        }
        var whole = (await List(house)).Rides;
        Assert.Equal(6, whole.Count);
        for (var size = 1; size <= 7; size++)
        {
            var put = new List<Ride>();
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
                put.AddRange(page.Rides);
                token = page.NextPageToken;
            } while (token.Length > 0);
            Assert.Equal(whole, put);
        }
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () =>
                List(
                    house,
                    r =>
                    {
                        r.PageSize = -1;
                        r.PageToken = "next";
                        r.Rider = "me";
                        r.Vehicle = "GN-0001";
                        r.PrintedCode = new string('A', 33);
                    }
                )
        );

        Assert.Equal(
            ["page_size", "page_token", "rider", "vehicle", "printed_code", "printed_code"],
            TestService.FieldsOf(refused)
        );
    }

    [Theory]
    [InlineData("soon", "x")]
    [InlineData("99999999999999999", "01a2015d-ecfd-7733-bc2f-fbd85ca00000")]
    [InlineData("1", "{01a2015d-ecfd-7733-bc2f-fbd85ca00000}")]
    public async Task A_page_token_that_somebody_made_up_is_a_violation_and_no_error_of_ours(params string[] keys)
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () =>
                List(
                    house,
                    r => r.PageToken = PageToken.Write(new ListRidesRequest { Parent = FaultsHouse.Parent }, keys)
                )
        );

        Assert.Equal(["page_token"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task Who_rode_is_not_for_the_field_crew()
    {
        await using var house = await FaultsHouse.Open(one);

        await house.AdmitsOnly(
            caller => List(house, caller: caller),
            Role.Rider,
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer,
            Role.Auditor,
            Role.Operator
        );
    }

    private static async Task<ListRidesResponse> List(
        FaultsHouse house,
        Action<ListRidesRequest>? ask = null,
        Metadata? caller = null
    )
    {
        var request = new ListRidesRequest { Parent = FaultsHouse.Parent };
        ask?.Invoke(request);
        return await house.Rpc.ListRidesAsync(request, caller ?? house.AsAgent);
    }
}
