using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnMemberChangedTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task A_suspended_member_is_refused_every_call_and_an_active_one_is_not()
    {
        await using var house = await OpenStaffed();
        var list = new ListCasesRequest { Parent = Parent };
        await house.Rpc.ListCasesAsync(list, house.AsAgent);

        await house.Enrol(house.Agent, MemberRole.Agent, MemberState.Suspended);

        await house.Refused(
            StatusCode.PermissionDenied,
            "MEMBER_SUSPENDED",
            async () => await house.Rpc.ListCasesAsync(list, house.AsAgent)
        );
        await house.Enrol(house.Agent, MemberRole.Agent);
        await house.Rpc.ListCasesAsync(list, house.AsAgent);
    }

    [Fact]
    public async Task A_person_of_whom_nothing_was_heard_stands_by_the_tokens_word()
    {
        await using var house = await Open();

        await house.Rpc.ListCasesAsync(new ListCasesRequest { Parent = Parent }, house.AsAgent);
    }

    [Fact]
    public async Task The_first_active_member_takes_what_nobody_could_own()
    {
        await using var house = await Open();
        var complaint = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = complaint });
        Assert.Equal("", (await house.CaseOf(complaint.Complaint)).Owner);

        await house.Enrol(house.NewPerson(), MemberRole.Technician);
        Assert.Equal("", (await house.CaseOf(complaint.Complaint)).Owner);
        await house.Enrol(house.Officer, MemberRole.ClientOfficer);

        Assert.Equal(house.Officer, (await house.CaseOf(complaint.Complaint)).Owner);
    }

    [Fact]
    public async Task A_suspended_members_open_cases_move_at_once_and_evenly()
    {
        await using var house = await OpenStaffed();
        var complaints = Enumerable.Range(0, 6).Select(_ => house.Complaint()).ToList();
        foreach (var complaint in complaints)
        {
            await house.Apply(new ComplaintFiled { Complaint = complaint });
        }

        await house.Enrol(house.Agent, MemberRole.Agent, MemberState.Suspended);

        foreach (var complaint in complaints)
        {
            Assert.Equal(house.OtherAgent, (await house.CaseOf(complaint.Complaint)).Owner);
        }

        await house.Enrol(house.OtherAgent, MemberRole.Agent, MemberState.Suspended);
        await house.Enrol(house.Lead, MemberRole.Lead, MemberState.Suspended);
        foreach (var complaint in complaints)
        {
            var open = await house.CaseOf(complaint.Complaint);
            Assert.Equal(house.Deputy, open.Owner);
            Assert.Equal(
                (CaseLogKind.Assigned, "system", house.Deputy),
                (open.Log[^1].Kind, open.Log[^1].Actor, open.Log[^1].Subject)
            );
        }
    }

    [Fact]
    public async Task Four_events_in_every_order_and_each_twice_leave_the_last_revision()
    {
        await using var house = await Open();
        foreach (var order in Refunds.FactOrders.Of(4))
        {
            var person = house.NewPerson();
            foreach (var index in order.Concat(order))
            {
                var state = index % 2 == 0 ? MemberState.Active : MemberState.Suspended;
                await house.Enrol(person, MemberRole.Agent, state, alias: $"{index}", revision: index + 1);
            }

            var rows = await house.Service.Rows<(int, long, string)>(
                """SELECT state, revision, alias FROM members WHERE person_id = @id""",
                new { id = IdOf(person) }
            );
            Assert.Equal([((int)MemberState.Suspended, 4L, "3")], rows);
        }
    }

    [Theory]
    [InlineData(1, "clients/seoul-kick/members/{0}", "people/{0}", 1)]
    [InlineData(2, "clients/gangneung-kick/members/{0}", "people/0195f0a0-0000-7000-8000-00000000dead", 1)]
    [InlineData(3, "clients/gangneung-kick/members/{0}", "", 1)]
    [InlineData(4, "", "people/{0}", 1)]
    [InlineData(5, "clients/gangneung-kick/members/{0}", "people/{0}", 0)]
    public async Task An_event_that_names_no_member_of_its_client_is_parked(
        int sequence,
        string member,
        string person,
        long revision
    )
    {
        await using var house = await Open(one);
        var id = house.NewId();
        var eventId = Guid.Parse(house.NewId());
        var evt = new MemberChanged
        {
            Member = member.Replace("{0}", id, StringComparison.Ordinal),
            Person = person.Replace("{0}", id, StringComparison.Ordinal),
            Revision = revision,
        };

        using var reply = await house.Service.Deliver(
            TestService.EnvelopeOf(evt, "refunds", sequence, house.Name("members"), eventId)
        );

        reply.EnsureSuccessStatusCode();
        Assert.Equal(
            ["EVENT_INVALID"],
            await house.Service.Rows<string>(
                """SELECT reason FROM inbox_parked WHERE event_id = @eventId""",
                new { eventId }
            )
        );
    }

    [Fact]
    public async Task A_member_suspended_by_one_client_still_serves_another()
    {
        await using var house = await OpenStaffed();
        await house.Enrol(house.Agent, MemberRole.Agent, MemberState.Suspended);

        await house.Rpc.ListCasesAsync(
            new ListCasesRequest { Parent = $"clients/{TestIssuer.OtherClient}" },
            house.As(Role.Agent, house.Agent, TestIssuer.OtherClient)
        );
    }
}
