using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>The figures after a split are in <see cref="EpisodeTests"/>.</summary>
public sealed class SplitComplaintTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task The_complaint_goes_into_an_episode_of_its_own_and_the_others_are_told_apart_from_it()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        var second = await house.File("GN-0001");

        var split = await house.Split(first.Name);

        Assert.NotEqual((await house.Get(second.Name)).Episode, split.Episode);
        Assert.Equal((0, "다른 기기입니다", 2L), (split.OtherComplaintCount, split.SplitNote, split.Revision));
        Assert.Contains(ComplaintFlag.Split, split.Flags);
        var evt = Assert.Single(await house.EventsOf<ComplaintRegrouped>()).Complaint;
        Assert.Equal((first.Name, split.Episode, 2L), (evt.Complaint, evt.Episode, evt.Revision));
    }

    [Fact]
    public async Task Nobody_joins_what_a_person_took_out()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        await house.File("GN-0001");
        var split = await house.Split(first.Name);
        await house.File("GN-0001");

        await house.Uphold(split.Name, "GN-0001");

        Assert.Equal(0, (await house.Get(split.Name)).OtherComplaintCount);
        Assert.Equal(2, (await house.All()).Select(c => c.Episode).Distinct().Count());
    }

    [Fact]
    public async Task The_only_one_of_its_episode_cannot_be_split_nor_can_it_be_done_twice()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        await Refused();
        await house.File("GN-0001");
        await house.Split(first.Name);
        await Refused();

        Task Refused() =>
            house.Refused(StatusCode.FailedPrecondition, "EPISODE_NOT_SHARED", () => house.Split(first.Name));
    }

    [Fact]
    public async Task It_needs_a_reason_in_words()
    {
        await using var house = await ParkingHouse.Open(one);
        var request = new SplitComplaintRequest { Name = (await house.File()).Name, RequestId = house.NewId() };
        await house.Invalid(async () => await house.Rpc.SplitComplaintAsync(request, house.AsLead), "note");
    }

    [Fact]
    public async Task Only_leads_and_officers_split()
    {
        await using var house = await ParkingHouse.Open(one);
        var request = new SplitComplaintRequest
        {
            Name = (await house.File()).Name,
            Note = "x",
            RequestId = house.NewId(),
        };
        await house.AdmitsOnly(
            async caller => await house.Rpc.SplitComplaintAsync(request, caller),
            Role.Lead,
            Role.ClientOfficer
        );
    }
}
