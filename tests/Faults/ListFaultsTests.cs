using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Support;
using Xunit;
using Fault = Mobility.Faults.V1.Fault;

namespace Mobility.Tests.Faults;

public sealed class ListFaultsTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task First_come_those_that_wait_for_a_person_then_the_newest()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var heldEarly = await At(house, () => house.CreateHeld());
        var grounded = await At(house, () => house.CreateGrounding());
        var heldLate = await At(house, () => house.CreateHeld());
        var harmless = await At(house, () => house.Create(house.Report("FLAT_TIRE")));

        Assert.Equal([heldLate, heldEarly, harmless, grounded], (await List(house)).Faults);
    }

    [Fact]
    public async Task A_decision_takes_a_fault_from_the_head_of_the_list()
    {
        await using var house = await FaultsHouse.Open();
        var held = await At(house, () => house.CreateHeld());
        var harmless = await At(house, () => house.Create(house.Report("FLAT_TIRE")));
        var request = new ResolveFaultRequest { Name = held.Name, RequestId = house.NewId() };
        var resolved = await house.Rpc.ResolveFaultAsync(request, house.AsTechnician);

        Assert.Equal([harmless, resolved], (await List(house)).Faults);
    }

    [Fact]
    public async Task Pages_of_every_size_put_together_are_the_whole_list()
    {
        await using var house = await FaultsHouse.Open();
        for (var n = 0; n < 4; n++)
        {
            // Two of each at the same millisecond: the id breaks the tie.
            await house.CreateHeld();
            await At(house, () => house.Create(house.Report("FLAT_TIRE")));
        }

        var whole = (await List(house)).Faults;
        Assert.Equal(8, whole.Count);
        for (var size = 1; size <= 9; size++)
        {
            var put = new List<Fault>();
            var page = await List(house, request => request.PageSize = size);
            put.AddRange(page.Faults);
            while (page.NextPageToken.Length > 0)
            {
                Assert.Equal(size, page.Faults.Count);
                var token = page.NextPageToken;
                page = await List(
                    house,
                    request =>
                    {
                        request.PageSize = size;
                        request.PageToken = token;
                    }
                );
                put.AddRange(page.Faults);
            }

            Assert.Equal(whole, put);
        }
    }

    [Fact]
    public async Task A_report_that_comes_while_one_pages_moves_nothing()
    {
        await using var house = await FaultsHouse.Open();
        var older = await At(house, () => house.Create(house.Report("FLAT_TIRE")));
        await At(house, () => house.Create(house.Report("FLAT_TIRE")));
        var first = await List(house, request => request.PageSize = 1);
        await house.Create(house.Report("FLAT_TIRE"));

        var second = await List(
            house,
            request =>
            {
                request.PageSize = 1;
                request.PageToken = first.NextPageToken;
            }
        );

        Assert.Equal([older], second.Faults);
    }

    [Fact]
    public async Task Filters_narrow_the_list()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register("GN-0001");
        await house.Register("GN-0002");
        var grounding = await house.CreateGrounding("GN-0001");
        var held = await house.CreateHeld("GN-0002");
        var harmless = await house.Create(house.Report("FLAT_TIRE", "GN-0002"));
        var request = new ResolveFaultRequest { Name = harmless.Name, RequestId = house.NewId() };
        var resolved = await house.Rpc.ResolveFaultAsync(request, house.AsTechnician);

        Assert.Equal([grounding], (await List(house, r => r.Vehicle = vehicle.Name)).Faults);
        Assert.Equal([resolved], (await List(house, r => r.State = FaultState.Resolved)).Faults);
        Assert.Equal([held], (await List(house, r => r.Grounding = Grounding.Held)).Faults);
        Assert.Equal(
            [grounding],
            (
                await List(
                    house,
                    r =>
                    {
                        r.Grounding = Grounding.Grounded;
                        r.State = FaultState.Reported;
                        r.Vehicle = vehicle.Name;
                    }
                )
            ).Faults
        );
    }

    [Fact]
    public async Task A_rider_sees_own_faults_only()
    {
        await using var house = await FaultsHouse.Open();
        var own = await house.CreateHeld(rider: house.Rider);
        await house.CreateHeld(rider: house.OtherRider);
        await house.Create(house.Report(), house.AsAgent);

        var request = new ListFaultsRequest { Parent = FaultsHouse.Parent };
        Assert.Equal([own], (await house.Rpc.ListFaultsAsync(request, house.AsRider)).Faults);
        var other = $"clients/{TestIssuer.OtherClient}";
        var elsewhere = house.As(Role.Rider, house.Rider, TestIssuer.OtherClient);
        Assert.Empty((await house.Rpc.ListFaultsAsync(new ListFaultsRequest { Parent = other }, elsewhere)).Faults);
        var namesake = house.Rider.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);
        Assert.Empty((await house.Rpc.ListFaultsAsync(request, house.As(Role.Rider, namesake))).Faults);
    }

    [Fact]
    public async Task A_client_sees_own_faults_only()
    {
        await using var house = await FaultsHouse.Open();
        await house.CreateHeld();
        var request = new ListFaultsRequest { Parent = $"clients/{TestIssuer.OtherClient}" };

        var list = await house.Rpc.ListFaultsAsync(request, house.As(Role.Lead, house.Agent, TestIssuer.OtherClient));

        Assert.Empty(list.Faults);
    }

    [Theory]
    [InlineData("held", "soon", "x")]
    [InlineData("", "99999999999999999", "01a2015d-ecfd-7733-bc2f-fbd85ca00000")]
    [InlineData("free", "1", "{01a2015d-ecfd-7733-bc2f-fbd85ca00000}")]
    public async Task A_page_token_that_somebody_made_up_is_a_violation_and_no_error_of_ours(params string[] keys)
    {
        await using var house = await FaultsHouse.Open(one);
        var request = new ListFaultsRequest { Parent = FaultsHouse.Parent };
        request.PageToken = PageToken.Write(request, keys);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.ListFaultsAsync(request, house.AsRider)
        );

        Assert.Equal(["page_token"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task A_page_token_fits_its_own_question_only()
    {
        await using var house = await FaultsHouse.Open(one);
        await house.CreateHeld();
        await house.CreateHeld();
        var token = (await List(house, r => r.PageSize = 1)).NextPageToken;

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () =>
                List(
                    house,
                    r =>
                    {
                        r.PageToken = token;
                        r.State = FaultState.Reported;
                    }
                )
        );

        Assert.Equal(["page_token"], TestService.FieldsOf(refused));
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
                        r.State = (FaultState)17;
                        r.Grounding = (Grounding)17;
                        r.Vehicle = "GN-0001";
                    }
                )
        );

        Assert.Equal(["page_size", "page_token", "state", "grounding", "vehicle"], TestService.FieldsOf(refused));
    }

    private static async Task<Fault> At(FaultsHouse house, Func<Task<Fault>> create)
    {
        var fault = await create();
        house.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        return fault;
    }

    private static async Task<ListFaultsResponse> List(FaultsHouse house, Action<ListFaultsRequest>? ask = null)
    {
        var request = new ListFaultsRequest { Parent = FaultsHouse.Parent };
        ask?.Invoke(request);
        return await house.Rpc.ListFaultsAsync(request, house.AsAgent);
    }
}
