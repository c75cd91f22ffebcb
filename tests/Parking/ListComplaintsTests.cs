using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Mobility.Type.V1;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class ListComplaintsTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    private static readonly ListComplaintsRequest Everything = new() { Parent = ParkingHouse.Parent };

    [Fact]
    public async Task Newest_first_page_by_page_each_once()
    {
        await using var house = await ParkingHouse.Open();
        var names = new List<string>();
        for (var n = 0; n < 5; n++)
        {
            names.Insert(0, (await house.File()).Name);
            house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var request = Everything.Clone();
        request.PageSize = 2;
        var seen = new List<string>();
        do
        {
            var page = await house.Rpc.ListComplaintsAsync(request, house.AsAgent);
            seen.AddRange(page.Complaints.Select(c => c.Name));
            request.PageToken = page.NextPageToken;
        } while (request.PageToken.Length > 0);

        Assert.Equal(names, seen);
    }

    [Fact]
    public async Task Those_of_one_millisecond_come_each_once_too()
    {
        await using var house = await ParkingHouse.Open();
        for (var n = 0; n < 4; n++)
        {
            await house.File();
        }

        var request = Everything.Clone();
        request.PageSize = 3;
        var first = await house.Rpc.ListComplaintsAsync(request, house.AsAgent);
        request.PageToken = first.NextPageToken;
        var second = await house.Rpc.ListComplaintsAsync(request, house.AsAgent);

        Assert.Equal(4, first.Complaints.Concat(second.Complaints).Select(c => c.Name).Distinct().Count());
        Assert.Empty(second.NextPageToken);
    }

    [Fact]
    public async Task By_state_vehicle_episode_and_box()
    {
        await using var house = await ParkingHouse.Open();
        var vehicle = await house.Vehicle("GN-0001");
        var about = await house.File("GN-0001");
        var request = house.Complaining();
        request.Complaint.Point = new LatLng { Latitude = 37.8, Longitude = 128.95 };
        var away = await house.File(request);
        await house.Reject(away.Name);

        Assert.Equal([away.Name], await Found(house, r => r.State = ComplaintState.Rejected));
        Assert.Equal([about.Name], await Found(house, r => r.Vehicle = vehicle));
        var episode = (await house.Get(away.Name)).Episode;
        Assert.Equal([away.Name], await Found(house, r => r.Episode = episode));
        Assert.Equal([away.Name], await Found(house, r => r.Box = Box(37.79, 128.94, 37.81, 128.96)));
        // The edges are included.
        Assert.Equal([away.Name], await Found(house, r => r.Box = Box(37.8, 128.95, 37.8, 128.95)));
        Assert.Empty(await Found(house, r => r.Box = Box(37.8001, 128.95, 37.9, 129)));
    }

    [Fact]
    public async Task Another_clients_complaints_are_not_among_them()
    {
        await using var house = await ParkingHouse.Open();
        await house.File();
        var request = new ListComplaintsRequest { Parent = $"clients/{TestIssuer.OtherClient}" };
        var caller = house.As(Role.Agent, house.Agent, TestIssuer.OtherClient);
        Assert.Empty((await house.Rpc.ListComplaintsAsync(request, caller)).Complaints);
    }

    [Fact]
    public async Task What_is_wrong_with_the_question_is_named()
    {
        await using var house = await ParkingHouse.Open(one);
        var request = new ListComplaintsRequest
        {
            Parent = ParkingHouse.Parent,
            PageSize = -1,
            PageToken = "made up",
            State = (ComplaintState)99,
            Episode = "x",
            Vehicle = $"clients/{TestIssuer.OtherClient}/vehicles/{house.NewId()}",
            Box = Box(double.NaN, 128, 38, 127),
        };
        await house.Invalid(
            async () => await house.Rpc.ListComplaintsAsync(request, house.AsAgent),
            "page_size",
            "page_token",
            "state",
            "episode",
            "vehicle",
            "box"
        );
        var half = Everything.Clone();
        half.Box = new Box { SouthWest = new LatLng() };
        await house.Invalid(async () => await house.Rpc.ListComplaintsAsync(half, house.AsAgent), "box");
    }

    [Fact]
    public async Task Only_staff_lists()
    {
        await using var house = await ParkingHouse.Open(one);
        await house.AdmitsOnly(
            async caller => await house.Rpc.ListComplaintsAsync(Everything, caller),
            Role.Agent,
            Role.Lead,
            Role.Technician,
            Role.ClientOfficer,
            Role.Auditor
        );
    }

    private static Box Box(double south, double west, double north, double east) =>
        new()
        {
            SouthWest = new LatLng { Latitude = south, Longitude = west },
            NorthEast = new LatLng { Latitude = north, Longitude = east },
        };

    private static async Task<IEnumerable<string>> Found(ParkingHouse house, Action<ListComplaintsRequest> narrow)
    {
        var request = Everything.Clone();
        narrow(request);
        return (await house.Rpc.ListComplaintsAsync(request, house.AsAgent)).Complaints.Select(c => c.Name).ToList();
    }
}
