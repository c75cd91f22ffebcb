using Mobility.Parking.V1;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>Complaints about vehicles that stand: one job, one answer to all, and back.</summary>
public sealed class EpisodeTests
{
    private static readonly string[] Pair = ["GN-0001", "GN-0002"];

    [Fact]
    public async Task Three_neighbours_at_once_are_one_episode_one_removal_and_three_answers()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle(Pair[0]);
        await house.Vehicle(Pair[1]);
        var filed = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(n => Task.Run(() => house.FileAs($"neighbour {n}", Pair)))
        );
        var all = await house.All();
        Assert.Single(all.Select(c => c.Episode).Distinct());
        Assert.All(all, c => Assert.Equal(2, c.OtherComplaintCount));

        await house.Uphold(filed[1].Name);
        await house.Dispatch(filed[2].Name);
        var removal = Assert.Single(await house.Removals());
        Assert.Equal((3, RemovalState.Dispatched), (removal.ComplaintCount, removal.State));
        Assert.Equal(Pair, removal.PrintedCodes);
        await house.Resolve(filed[0].Name);

        Assert.Equal(
            3,
            (await house.EventsOf<ComplaintResolved>()).Select(e => e.Complaint.Complaint).Distinct().Count()
        );
        Assert.All(await house.EventsOf<ComplaintResolved>(), e => Assert.Equal(1, e.Complaint.AnswerCount));
        foreach (var complaint in filed)
        {
            var tracked = await house.Track(complaint.TrackingCode);
            Assert.Equal((ComplaintState.Resolved, "removed"), (tracked.State, tracked.DecisionReason));
            Assert.Single(tracked.Photos);
        }

        var split = await house.Split(filed[1].Name);

        Assert.Equal((0, "", ComplaintState.Resolved), (split.OtherComplaintCount, split.Removal, split.State));
        Assert.Equal(2, Assert.Single(await house.Removals()).ComplaintCount);
        Assert.All((await house.All()).Where(c => c.Name != split.Name), c => Assert.Equal(1, c.OtherComplaintCount));
    }

    /// <summary>The middle one joined two episodes; without it they are two again, to the last figure.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_split_leaves_every_figure_as_if_the_complaint_had_never_come(
        bool crewToFirst,
        bool crewToSecond
    )
    {
        await using var with = await ParkingHouse.Open();
        await using var without = await ParkingHouse.Open();
        foreach (var house in new[] { with, without })
        {
            await house.Vehicle(Pair[0]);
            await house.Vehicle(Pair[1]);
            var first = await house.FileAs("a", Pair[0]);
            var second = await house.FileAs("b", Pair[1]);
            await house.FileAs("c", Pair[1]);
            await Crew(house, first, crewToFirst);
            await Crew(house, second, crewToSecond);
        }

        var joining = await with.FileAs("x", Pair);
        Assert.Single((await with.All()).Select(c => c.Episode).Distinct());
        Assert.True((await with.Removals()).Count(r => r.State == RemovalState.Dispatched) <= 1);
        await with.Split(joining.Name);

        Assert.Equal(await without.Figures(), await with.Figures(c => c.Note != "x"));
        var alone = await with.Get(joining.Name);
        Assert.Equal((ComplaintState.Filed, 0, ""), (alone.State, alone.OtherComplaintCount, alone.Removal));
        Assert.Contains(ComplaintFlag.Split, alone.Flags);
        foreach (var house in new[] { with, without })
        {
            await house.FileAs("d", Pair[0]);
            await house.FileAs("e", Pair[1]);
        }

        Assert.Equal(await without.Figures(), await with.Figures(c => c.Note != "x"));

        static async Task Crew(ParkingHouse house, Complaint complaint, bool sent)
        {
            if (sent)
            {
                await house.Uphold(complaint.Name);
                await house.Dispatch(complaint.Name);
            }
        }
    }

    [Fact]
    public async Task A_decision_that_came_with_the_group_leaves_with_the_split()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle(Pair[0]);
        var first = await house.FileAs("a", Pair[0]);
        var second = await house.FileAs("b", Pair[0]);
        await house.Uphold(first.Name);
        await house.Dispatch(first.Name);

        var split = await house.Split(second.Name);

        Assert.Equal((ComplaintState.Filed, "", ""), (split.State, split.DecidedBy, split.Removal));
        Assert.Equal(1, Assert.Single(await house.Removals()).ComplaintCount);
    }

    [Fact]
    public async Task A_crew_that_nobody_waits_for_is_called_back()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle(Pair[0]);
        var first = await house.FileAs("a", Pair[0]);
        await house.Uphold(first.Name);
        await house.Dispatch(first.Name);
        var late = await house.FileAs("b", Pair[0]);
        Assert.NotEmpty((await house.Get(late.Name)).Removal);

        var split = await house.Split(first.Name);

        Assert.Equal(ComplaintState.Upheld, split.State);
        Assert.Equal(RemovalState.Cancelled, Assert.Single(await house.Removals()).State);
        Assert.Empty((await house.Get(late.Name)).Removal);
    }

    [Fact]
    public async Task A_vehicle_that_was_ridden_begins_another_episode()
    {
        await using var house = await ParkingHouse.Open();
        var vehicle = await house.Vehicle(Pair[0]);
        var first = await house.FileAs("a", Pair[0]);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(10));
        await house.Ride(vehicle);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(1));

        var second = await house.FileAs("b", Pair[0]);

        Assert.NotEqual((await house.Get(first.Name)).Episode, (await house.Get(second.Name)).Episode);
        Assert.Equal(0, (await house.Get(second.Name)).OtherComplaintCount);
    }

    [Fact]
    public async Task A_ride_that_was_over_before_the_first_complaint_changes_nothing()
    {
        await using var house = await ParkingHouse.Open();
        var vehicle = await house.Vehicle(Pair[0]);
        await house.Ride(vehicle);
        await house.FileAs("a", Pair[0]);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(10));

        var second = await house.FileAs("b", Pair[0]);

        Assert.Equal(1, (await house.Get(second.Name)).OtherComplaintCount);
    }

    [Fact]
    public async Task An_episode_whose_complaints_are_all_over_takes_no_more_and_a_reopened_one_does()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle(Pair[0]);
        var first = await house.FileAs("a", Pair[0]);
        await house.Reject(first.Name);
        var second = await house.FileAs("b", Pair[0]);
        Assert.NotEqual((await house.Get(first.Name)).Episode, (await house.Get(second.Name)).Episode);

        await house.Reopen(first.TrackingCode);
        var third = await house.FileAs("c", Pair[0]);

        // The oldest open episode takes the third in, and with it the second's.
        Assert.Single((await house.All()).Select(c => c.Episode).Distinct());
        Assert.Equal(2, (await house.Get(third.Name)).OtherComplaintCount);
        await house.Split(third.Name);
        Assert.Equal(3, (await house.All()).Select(c => c.Episode).Distinct().Count());
    }

    [Fact]
    public async Task A_complaint_without_a_known_vehicle_stands_alone_until_a_person_names_it()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle(Pair[0]);
        var known = await house.FileAs("a", Pair[0]);
        var unknown = await house.FileAs("b");
        var other = await house.FileAs("c");
        Assert.Equal(3, (await house.All()).Select(c => c.Episode).Distinct().Count());

        var upheld = await house.Uphold(unknown.Name, Pair[0]);

        Assert.Equal((await house.Get(known.Name)).Episode, upheld.Episode);
        Assert.Equal((ComplaintState.Upheld, 1), (upheld.State, upheld.OtherComplaintCount));
        Assert.Equal(ComplaintState.Upheld, (await house.Get(known.Name)).State);
        Assert.Equal(ComplaintState.Filed, (await house.Get(other.Name)).State);
        Assert.Single(await house.EventsOf<ComplaintRegrouped>());
    }

    [Fact]
    public async Task What_is_held_counts_nowhere_until_a_person_has_looked()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle(Pair[0]);
        var first = await house.FileAs("a", Pair[0]);
        var request = house.Complaining(Pair[0]);
        for (var n = 0; n < 20; n++)
        {
            request.RequestId = ParkingHouse.NewRandomId();
            request.Complaint.PrintedCodes[0] = "other";
            await house.File(request);
        }

        request.RequestId = ParkingHouse.NewRandomId();
        request.Complaint.PrintedCodes[0] = Pair[0];
        var held = await house.File(request);
        Assert.Equal(ComplaintState.Held, held.State);
        Assert.Equal(0, (await house.Get(first.Name)).OtherComplaintCount);
        Assert.Contains(ComplaintFlag.SenderOverLimit, (await house.Get(held.Name)).Flags);
        await house.Uphold(first.Name);
        Assert.Equal(ComplaintState.Held, (await house.Get(held.Name)).State);

        var upheld = await house.Uphold(held.Name);

        Assert.Equal((await house.Get(first.Name)).Episode, upheld.Episode);
        Assert.Equal(1, (await house.Get(first.Name)).OtherComplaintCount);
    }
}
