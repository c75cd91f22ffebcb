using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnComplaintFiledTests
{
    [Fact]
    public async Task It_opens_a_case_with_an_owner_and_the_reporter_hears_that_it_came()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();

        await house.Apply(new ComplaintFiled { Complaint = complaint });

        var opened = await house.CaseOf(complaint.Complaint);
        Assert.Equal(
            (CaseKind.Complaint, CaseChannel.Web, CaseState.Open, complaint.Vehicles[0]),
            (opened.Kind, opened.Channel, opened.State, opened.Vehicle)
        );
        Assert.Contains(opened.Owner, new[] { house.Agent, house.OtherAgent });
        Assert.Equal([complaint.Complaint], opened.Parts.Select(p => p.Name));
        Assert.Equal(
            [CaseLogKind.Opened, CaseLogKind.Assigned, CaseLogKind.PartJoined],
            opened.Log.Select(entry => entry.Kind)
        );
        Assert.All(opened.Log, entry => Assert.Equal("system", entry.Actor));
        Assert.Equal(["complaint-received"], await house.ToldOf(complaint.Complaint));
        Assert.Equal(opened.Name, Assert.Single(await house.EventsOf<CaseOpened>()).Case.Case);
    }

    [Fact]
    public async Task Cases_that_end_at_once_take_turns_among_those_on_duty()
    {
        await using var house = await OpenStaffed();
        var owners = new List<string>();
        for (var n = 0; n < 6; n++)
        {
            var complaint = house.Complaint();
            await house.Apply(
                new ComplaintFiled { Complaint = complaint },
                new ComplaintRejected { Complaint = Later(complaint, ComplaintState.Rejected, 2, answers: 1) }
            );
            owners.Add((await house.CaseOf(complaint.Complaint)).Owner);
            house.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([3, 3], owners.CountBy(owner => owner).Select(one => one.Value));
    }

    [Fact]
    public async Task Complaints_of_one_episode_are_one_case()
    {
        await using var house = await OpenStaffed();
        var first = house.Complaint();
        var second = house.Complaint(first.Episode);
        var other = house.Complaint();

        await house.Apply(
            new ComplaintFiled { Complaint = first },
            new ComplaintFiled { Complaint = second },
            new ComplaintFiled { Complaint = other }
        );

        Assert.Equal((await house.CaseOf(first.Complaint)).Name, (await house.CaseOf(second.Complaint)).Name);
        Assert.Equal(2L, Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM cases""")));
    }

    [Fact]
    public async Task One_over_the_limits_needs_a_look_and_its_reporter_hears_no_more_than_that_it_came()
    {
        await using var house = await OpenStaffed();
        var held = Later(house.Complaint(), ComplaintState.Held, revision: 1);

        await house.Apply(new ComplaintFiled { Complaint = held });

        Assert.Equal(CaseState.Open, (await house.CaseOf(held.Complaint)).State);
        Assert.Equal(["complaint-received"], await house.ToldOf(held.Complaint));
    }

    [Fact]
    public async Task A_whole_life_leaves_the_same_rows_in_every_order()
    {
        await using var house = await Open();
        var complaint = house.Complaint();

        var rows = await house.InEveryOrder(
            new ComplaintFiled { Complaint = complaint },
            new ComplaintUpheld { Complaint = Later(complaint, ComplaintState.Upheld, 2) },
            new ComplaintDispatched { Complaint = Later(complaint, ComplaintState.Dispatched, 3) },
            new ComplaintResolved { Complaint = Later(complaint, ComplaintState.Resolved, 4, answers: 1) }
        );

        Assert.Equal(1, rows.Count(row => row.StartsWith("case", StringComparison.Ordinal)));
        Assert.Equal(4, rows.Count(row => row.StartsWith("told", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("clients/seoul-kick/complaints/0195f0a0-0000-7000-8000-000000000001", 1)]
    [InlineData("", 1)]
    [InlineData(null, 0)]
    public async Task An_event_that_names_no_complaint_of_its_client_is_parked(string? name, long revision)
    {
        await using var house = await Open();
        var complaint = house.Complaint();
        complaint.Complaint = name ?? complaint.Complaint;
        complaint.Revision = revision;
        var filed = new ComplaintFiled { Complaint = complaint };

        using var reply = await house.Service.Deliver(
            Support.TestService.EnvelopeOf(filed, "parking", 1, house.Name("complaints"))
        );

        reply.EnsureSuccessStatusCode();
        Assert.Equal(["EVENT_INVALID"], await house.Service.Rows<string>("""SELECT reason FROM inbox_parked"""));
        Assert.Equal(0L, Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM cases""")));
    }
}
