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

public sealed class HandOverCaseTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task The_lead_on_duty_has_it_at_once_with_all_its_context()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = complaint });
        var opened = await house.CaseOf(complaint.Complaint);
        await house.Record(ContactOutcome.Answered, inCase: opened.Name);

        var handed = await house.HandOver(opened.Name);

        Assert.Equal((house.Lead, "팀장", true), (handed.Owner, handed.OwnerAlias, handed.HandedOver));
        Assert.Equal("고객이 팀장 통화를 요구함", Assert.Single(handed.Notes).Text);
        Assert.Equal(2, handed.Parts.Count);
        var line = handed.Log.Single(entry => entry.Kind == CaseLogKind.HandedOver);
        Assert.Equal((house.Agent, house.Lead), (line.Actor, line.Subject));
        var told = Assert.Single(await house.EventsOf<CaseHandedOver>()).Case;
        Assert.Equal((handed.Name, house.Lead, true), (told.Case, told.Owner, told.HandedOver));
    }

    [Fact]
    public async Task The_agent_has_a_free_hand_for_the_next()
    {
        await using var house = await OpenStaffed();
        await house.Create(house.AsOtherAgent);
        var first = await house.Create();
        await house.Create();
        await house.HandOver(first.Name);
        var second = await house.Create(house.AsOtherAgent);
        var next = house.Complaint();

        await house.Apply(new ComplaintFiled { Complaint = next });

        Assert.Equal(house.Agent, (await house.CaseOf(next.Complaint)).Owner);
        Assert.Equal(house.OtherAgent, second.Owner);
    }

    [Fact]
    public async Task Off_duty_the_deputy_stands_in_for_the_lead()
    {
        await using var house = await Open();
        await house.Enrol(house.Agent, MemberRole.Agent);
        await house.Enrol(house.Deputy, MemberRole.Agent);
        await house.Enrol(house.Lead, MemberRole.Lead);
        await house.Put(house.Agent, DutyRole.Agent, TimeSpan.Zero, TimeSpan.FromHours(8));
        await house.Put(house.Deputy, DutyRole.Deputy, TimeSpan.Zero, TimeSpan.FromHours(8));
        await house.Put(house.Lead, DutyRole.Lead, TimeSpan.FromHours(9), TimeSpan.FromHours(17));
        var opened = await house.Create();

        Assert.Equal(house.Deputy, (await house.HandOver(opened.Name)).Owner);
    }

    [Fact]
    public async Task With_neither_on_duty_the_lead_who_comes_next_has_it_and_without_any_lead_it_stays()
    {
        await using var house = await Open();
        await house.Enrol(house.Agent, MemberRole.Agent);
        await house.Enrol(house.OtherAgent, MemberRole.Agent);
        await house.Put(house.Agent, DutyRole.Agent, TimeSpan.Zero, TimeSpan.FromHours(8));
        var stays = await house.Create();
        Assert.Equal(house.Agent, (await house.HandOver(stays.Name)).Owner);

        var late = house.NewPerson();
        await house.Enrol(house.Lead, MemberRole.Lead);
        await house.Enrol(late, MemberRole.Lead);
        await house.Put(late, DutyRole.Lead, TimeSpan.FromHours(2), TimeSpan.FromHours(8));
        await house.Put(house.Lead, DutyRole.Lead, TimeSpan.FromHours(1), TimeSpan.FromHours(8));
        var opened = await house.Create();

        Assert.Equal(house.Lead, (await house.HandOver(opened.Name)).Owner);
    }

    [Fact]
    public async Task A_double_click_is_one_hand_over()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        var request = new HandOverCaseRequest
        {
            Name = opened.Name,
            Reason = "욕설",
            RequestId = house.NewId(),
        };

        await TenAtOnce(async () => await house.Rpc.HandOverCaseAsync(request, house.AsAgent));

        Assert.Single(await house.EventsOf<CaseHandedOver>());
    }

    [Fact]
    public async Task A_closed_case_and_one_that_is_not_there_cannot_be_handed_over()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        await house.Close(opened.Name);

        await house.Refused(StatusCode.FailedPrecondition, "CASE_ALREADY_CLOSED", () => house.HandOver(opened.Name));
        await house.Refused(StatusCode.NotFound, "CASE_NOT_FOUND", () => house.HandOver(house.Name("cases")));
    }

    [Fact]
    public async Task It_needs_a_reason()
    {
        await using var house = await OpenStaffed(one);
        var request = new HandOverCaseRequest { Name = "x" };

        await house.Invalid(
            async () => await house.Rpc.HandOverCaseAsync(request, house.AsAgent),
            "reason",
            "name",
            "request_id"
        );
    }

    [Fact]
    public async Task Only_agents_hand_over()
    {
        await using var house = await OpenStaffed(one);
        var opened = await house.Create();

        await house.AdmitsOnly(caller => house.HandOver(opened.Name, caller), Role.Agent);
    }
}
