using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class ListRemovalsTests
{
    [Fact]
    public async Task The_crew_sees_what_to_take_away_where_and_until_when()
    {
        await using var house = await ParkingHouse.Open();
        var vehicles = new[] { await house.Vehicle("GN-0001"), await house.Vehicle("GN-0002") };
        var filed = await house.File("GN-0001", "GN-0002");
        await house.Uphold(filed.Name);
        await house.Dispatch(filed.Name);

        var request = new ListRemovalsRequest { Parent = ParkingHouse.Parent, State = RemovalState.Dispatched };
        var removal = Assert.Single((await house.Rpc.ListRemovalsAsync(request, house.AsTechnician)).Removals);

        Assert.Equal(vehicles, removal.Vehicles);
        Assert.Equal(["GN-0001", "GN-0002"], removal.PrintedCodes);
        Assert.Equal((filed.Point, filed.DueTime), (removal.Point, removal.DueTime));
        Assert.Null(removal.EndTime);
        request.State = RemovalState.Done;
        Assert.Empty((await house.Rpc.ListRemovalsAsync(request, house.AsTechnician)).Removals);
    }

    [Fact]
    public async Task Newest_first_page_by_page_each_once()
    {
        await using var house = await ParkingHouse.Open();
        var sent = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            var filed = await house.File();
            await house.Uphold(filed.Name);
            sent.Insert(0, (await house.Dispatch(filed.Name)).Removal);
            house.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var request = new ListRemovalsRequest { Parent = ParkingHouse.Parent, PageSize = 2 };
        var first = await house.Rpc.ListRemovalsAsync(request, house.AsTechnician);
        request.PageToken = first.NextPageToken;
        var second = await house.Rpc.ListRemovalsAsync(request, house.AsTechnician);

        Assert.Equal(sent, first.Removals.Concat(second.Removals).Select(r => r.Name));
        Assert.Empty(second.NextPageToken);
    }

    [Fact]
    public async Task What_is_wrong_with_the_question_is_named_and_only_staff_lists()
    {
        await using var house = await ParkingHouse.Open();
        var request = new ListRemovalsRequest
        {
            Parent = "clients/nobody-here",
            PageSize = -1,
            PageToken = "x",
            State = (RemovalState)9,
        };
        var caller = house.As(Role.Agent, house.Agent, "nobody-here");
        await house.Invalid(
            async () => await house.Rpc.ListRemovalsAsync(request, caller),
            "parent",
            "page_size",
            "page_token",
            "state"
        );
        var all = new ListRemovalsRequest { Parent = ParkingHouse.Parent };
        await house.AdmitsOnly(
            async who => await house.Rpc.ListRemovalsAsync(all, who),
            Role.Agent,
            Role.Lead,
            Role.Technician,
            Role.ClientOfficer,
            Role.Auditor
        );
    }
}
