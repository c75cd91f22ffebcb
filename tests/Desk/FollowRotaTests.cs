using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;
using FollowRota = Mobility.Desk.FollowRota;

namespace Mobility.Tests.Desk;

public sealed class FollowRotaTests
{
    [Fact]
    public async Task At_the_end_of_a_shift_open_cases_go_to_who_comes_on_duty()
    {
        await using var house = await OpenStaffed();
        var evening = house.NewPerson();
        await house.Enrol(evening, MemberRole.Agent);
        await house.Put(evening, DutyRole.Agent, TimeSpan.FromHours(8), TimeSpan.FromHours(16));
        var open = await house.Create();
        var closed = await house.Create();
        await house.Close(closed.Name);

        house.Service.Clock.Advance(TimeSpan.FromHours(8) - TimeSpan.FromMilliseconds(1));
        await FollowRota.Run(house.Service.Job());
        Assert.Equal(house.Agent, (await house.Get(open.Name)).Owner);
        house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await FollowRota.Run(house.Service.Job());

        Assert.Equal(evening, (await house.Get(open.Name)).Owner);
        Assert.Equal(house.Agent, (await house.Get(closed.Name)).Owner);
        var line = (await house.Get(open.Name)).Log[^1];
        Assert.Equal((CaseLogKind.Assigned, "system", evening), (line.Kind, line.Actor, line.Subject));
    }

    [Fact]
    public async Task At_night_cases_stay_and_in_the_morning_whoever_is_back_has_them_still()
    {
        await using var house = await OpenStaffed();
        var open = await house.Create();
        house.Service.Clock.Advance(TimeSpan.FromHours(12));
        var night = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = night });
        await FollowRota.Run(house.Service.Job());
        Assert.Equal(house.Agent, (await house.Get(open.Name)).Owner);
        Assert.Equal(house.Lead, (await house.CaseOf(night.Complaint)).Owner);

        await house.Put(house.Agent, DutyRole.Agent, TimeSpan.FromHours(12), TimeSpan.FromHours(20));
        await house.Put(house.Lead, DutyRole.Lead, TimeSpan.FromHours(12), TimeSpan.FromHours(20));
        house.Service.Clock.Advance(TimeSpan.FromHours(12));
        await FollowRota.Run(house.Service.Job());

        Assert.Equal(house.Agent, (await house.Get(open.Name)).Owner);
        // The lead had it for want of an agent.
        Assert.Equal(house.Agent, (await house.CaseOf(night.Complaint)).Owner);
    }

    [Fact]
    public async Task What_was_handed_over_goes_from_lead_to_deputy_and_never_to_an_agent()
    {
        await using var house = await OpenStaffed();
        var late = house.NewPerson();
        await house.Enrol(late, MemberRole.Agent);
        await house.Put(late, DutyRole.Agent, TimeSpan.FromHours(8), TimeSpan.FromHours(12));
        await house.Put(house.Deputy, DutyRole.Deputy, TimeSpan.FromHours(9), TimeSpan.FromHours(12));
        var open = await house.Create();
        await house.HandOver(open.Name);

        house.Service.Clock.Advance(TimeSpan.FromHours(8));
        await FollowRota.Run(house.Service.Job());
        Assert.Equal(house.Lead, (await house.Get(open.Name)).Owner);
        house.Service.Clock.Advance(TimeSpan.FromHours(1));
        await FollowRota.Run(house.Service.Job());

        Assert.Equal(house.Deputy, (await house.Get(open.Name)).Owner);
    }

    [Fact]
    public async Task A_list_longer_than_a_page_moves_whole_and_evenly()
    {
        await using var house = await OpenStaffed();
        for (var n = 0; n < 205; n++)
        {
            await house.Apply(new ComplaintFiled { Complaint = house.Complaint() });
        }

        var (first, second) = (house.NewPerson(), house.NewPerson());
        foreach (var person in new[] { first, second })
        {
            await house.Enrol(person, MemberRole.Agent);
            await house.Put(person, DutyRole.Agent, TimeSpan.FromHours(8), TimeSpan.FromHours(12));
        }

        house.Service.Clock.Advance(TimeSpan.FromHours(8));
        await FollowRota.Run(house.Service.Job());

        var loads = await house.Service.Rows<(Guid Owner, long Count)>(
            """SELECT owner_id, count(*) FROM cases GROUP BY owner_id ORDER BY count(*)"""
        );
        Assert.Equal([102L, 103L], loads.Select(load => load.Count));
        Assert.Equal(new[] { IdOf(first), IdOf(second) }.Order(), loads.Select(load => load.Owner).Order());
    }

    [Fact]
    public async Task The_job_runs_by_itself()
    {
        await using var house = await OpenStaffed();
        var late = house.NewPerson();
        await house.Enrol(late, MemberRole.Agent);
        await house.Put(late, DutyRole.Agent, TimeSpan.FromHours(8), TimeSpan.FromHours(12));
        var open = await house.Create();

        house.Service.Clock.Advance(TimeSpan.FromHours(8));

        await Poll.Until(async () =>
        {
            // Each look moves the clock on, so that a job that was busy when it moved first wakes too.
            house.Service.Clock.Advance(FollowRota.Interval);
            return (await house.Get(open.Name)).Owner == late;
        });
    }
}
