using Mobility.Parking.V1;
using Xunit;

namespace Mobility.Tests.Parking;

/// <summary>What joining and splitting does to decisions, crews and complaints that come at once.</summary>
public sealed class RegroupingTests
{
    private static readonly string[] Pair = ["GN-0001", "GN-0002"];

    [Fact]
    public async Task What_was_decided_on_the_one_that_left_is_no_longer_decided_for_the_others()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle(Pair[0]);
        var first = await house.FileAs("a", Pair[0]);
        var second = await house.FileAs("b", Pair[0]);
        await house.Uphold(second.Name);
        Assert.Equal(ComplaintState.Upheld, (await house.Get(first.Name)).State);

        await house.Split(second.Name);

        var left = await house.Get(first.Name);
        Assert.Equal((ComplaintState.Filed, ""), (left.State, left.DecidedBy));
        var last = (await house.EventsOf<ComplaintRegrouped>()).Last(e => e.Complaint.Complaint == first.Name);
        Assert.Equal((left.Revision, left.State), (last.Complaint.Revision, last.Complaint.State));
    }

    [Fact]
    public async Task A_crew_that_comes_with_a_younger_episode_goes_for_the_older_one_too()
    {
        await using var house = await ParkingHouse.Open();
        string[] codes = [.. Pair, "GN-0003"];
        foreach (var code in codes)
        {
            await house.Vehicle(code);
        }

        var older = await house.FileAs("a", codes[0], codes[2]);
        var younger = await house.FileAs("b", codes[1]);
        await house.Uphold(younger.Name);
        await house.Dispatch(younger.Name);
        var before = await house.Figures();
        var joining = await house.FileAs("x", Pair);

        var removal = Assert.Single(await house.Removals());
        Assert.Equal((3, 3), (removal.ComplaintCount, removal.PrintedCodes.Count));
        Assert.Equal(removal.Name, (await house.Get(older.Name)).Removal);
        await house.Split(joining.Name);

        Assert.Equal(before, await house.Figures(c => c.Note != "x"));
    }

    /// <summary>Each waits to be reopened once more than the one before it, and meanwhile another is filed.</summary>
    [Fact]
    public async Task A_complaint_that_was_reopened_twice_is_played_back_with_both_pauses()
    {
        await using var with = await ParkingHouse.Open();
        await using var without = await ParkingHouse.Open();
        foreach (var house in new[] { with, without })
        {
            await house.Vehicle(Pair[0]);
            var first = await house.FileAs("a", Pair[0]);
            foreach (var meanwhile in new[] { "b", "c" })
            {
                await house.Reject(first.Name);
                await house.FileAs(meanwhile, Pair[0]);
                await house.Reopen(first.TrackingCode);
            }
        }

        var joining = await with.FileAs("x", Pair[0]);
        Assert.Single((await with.All()).Select(c => c.Episode).Distinct());
        await with.Split(joining.Name);

        Assert.Equal(await without.Figures(), await with.Figures(c => c.Note != "x"));
    }

    [Fact]
    public async Task Thirty_two_at_once_about_overlapping_vehicles_are_grouped_as_if_one_had_come_after_another()
    {
        await using var house = await ParkingHouse.Open();
        string[] codes = [.. Enumerable.Range(0, 8).Select(n => $"GN-{n:D4}")];
        foreach (var code in codes)
        {
            await house.Vehicle(code);
            // Eight episodes, so that those who come at once have something to merge.
            await house.FileAs(code, code);
        }

        await Task.WhenAll(
            Enumerable
                .Range(0, 32)
                .Select(n => Task.Run(() => house.FileAs($"{n}", codes[n % 8], codes[(n * 3 + 1) % 8])))
        );

        var all = await house.All();
        Assert.Equal(40, all.Count);
        foreach (var vehicle in all.SelectMany(c => c.Vehicles).Distinct())
        {
            Assert.Single(all.Where(c => c.Vehicles.Contains(vehicle)).Select(c => c.Episode).Distinct());
        }

        Assert.All(all, c => Assert.Equal(all.Count(o => o.Episode == c.Episode) - 1, c.OtherComplaintCount));
    }
}
