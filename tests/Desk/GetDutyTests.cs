using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Desk;

public sealed class GetDutyTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task Leads_come_first_then_deputies_then_agents()
    {
        await using var house = await DeskHouse.Open();
        var agent = await house.OnDuty(fromHours: -3);
        var deputy = await house.OnDuty(DutyRole.Deputy, fromHours: -2);
        var late = await house.OnDuty(DutyRole.Lead, fromHours: -0.5);
        var early = await house.OnDuty(DutyRole.Lead, fromHours: -1);

        var duty = await house.Duty();

        Assert.Equal([early, late, deputy, agent], duty.Shifts.Select(s => s.Person));
        Assert.Contains(duty.Lead, new[] { early, late });
        Assert.False(duty.Deputy);
    }

    [Fact]
    public async Task The_lead_it_names_is_the_one_who_gets_what_is_handed_over_next()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty(person: await house.Member(person: house.Agent));
        await house.OnDuty(DutyRole.Lead);
        await house.OnDuty(DutyRole.Lead);

        var first = (await house.Duty()).Lead;
        var handed = await house.HandOver((await house.Create()).Name);
        var second = (await house.Duty()).Lead;
        var next = await house.HandOver((await house.Create()).Name);

        Assert.Equal((first, second), (handed.Owner, next.Owner));
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData(true, true, "lead", false)]
    [InlineData(true, false, "lead", false)]
    [InlineData(false, true, "deputy", true)]
    [InlineData(false, false, "", false)]
    public async Task The_deputy_takes_what_is_handed_over_only_while_no_lead_is_on_duty(
        bool lead,
        bool deputy,
        string taker,
        bool isDeputy
    )
    {
        await using var house = await DeskHouse.Open();
        var people = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        people["lead"] = await house.OnDuty(DutyRole.Lead, fromHours: lead ? 0 : 1);
        people["deputy"] = await house.OnDuty(DutyRole.Deputy, fromHours: deputy ? 0 : 1);
        await house.OnDuty();

        var duty = await house.Duty();

        Assert.Equal((people[taker], isDeputy), (duty.Lead, duty.Deputy));
    }

    [Theory]
    [InlineData(-0.001, 0)]
    [InlineData(0, 1)]
    [InlineData(13.999, 1)]
    [InlineData(14, 0)]
    public async Task A_shift_holds_its_start_and_not_its_end(double at, int count)
    {
        await using var house = await DeskHouse.Open(one);
        var person = await house.OnDuty(hours: 14);

        Assert.Equal(count, (await house.Duty(at)).Shifts.Count(shift => shift.Person == person));
    }

    [Fact]
    public async Task A_suspended_member_is_not_on_duty_until_the_suspension_ends()
    {
        await using var house = await DeskHouse.Open();
        var lead = await house.OnDuty(DutyRole.Lead);

        await house.Member(MemberRole.Lead, MemberState.Suspended, lead);
        var suspended = await house.Duty();
        await house.Member(MemberRole.Lead, MemberState.Active, lead);

        Assert.Empty(suspended.Shifts);
        Assert.Equal("", suspended.Lead);
        Assert.Equal(lead, (await house.Duty()).Lead);
    }

    [Fact]
    public async Task Who_is_a_lead_no_more_leads_no_more_whatever_shifts_stand()
    {
        await using var house = await DeskHouse.Open();
        var demoted = await house.OnDuty(DutyRole.Lead);
        await house.OnDuty(DutyRole.Lead, fromHours: 9, person: demoted);
        var deputy = await house.OnDuty(DutyRole.Deputy);
        var gone = await house.OnDuty();

        await house.Member(MemberRole.Agent, person: demoted);
        await house.Member(MemberRole.Technician, person: gone);

        var duty = await house.Duty();
        Assert.Equal((deputy, true), (duty.Lead, duty.Deputy));
        Assert.Equal([deputy], duty.Shifts.Select(shift => shift.Person));
        Assert.Equal("", (await house.Duty(9)).Lead);
    }

    [Theory]
    [InlineData(-0.001, false)]
    [InlineData(0, true)]
    [InlineData(8.999, true)]
    [InlineData(9, false)]
    [InlineData(6 * 24, true)]
    public async Task Says_whether_the_desk_is_open_by_its_hours_and_not_by_its_people(double at, bool open)
    {
        await using var house = await DeskHouse.Open(one);

        Assert.Equal(open, (await house.Duty(at)).Open);
    }

    [Fact]
    public async Task Without_a_time_it_is_about_now()
    {
        await using var house = await DeskHouse.Open();
        var person = await house.OnDuty(fromHours: 0, hours: 1);

        var duty = await house.Rpc.GetDutyAsync(new GetDutyRequest { Parent = DeskHouse.Parent }, house.AsAgent);

        Assert.Equal(person, Assert.Single(duty.Shifts).Person);
    }

    [Fact]
    public async Task The_next_lead_is_the_active_one_whose_shift_starts_next()
    {
        await using var house = await DeskHouse.Open();
        await house.OnDuty(DutyRole.Lead);
        await house.OnDuty(DutyRole.Deputy, fromHours: 1);
        var suspended = await house.OnDuty(DutyRole.Lead, fromHours: 2);
        var next = await house.OnDuty(DutyRole.Lead, fromHours: 3);
        await house.OnDuty(DutyRole.Lead, fromHours: 4);
        await house.Member(MemberRole.Lead, MemberState.Suspended, suspended);

        Assert.Equal(next, await NextLead(house, 0));
        Assert.Equal(next, await NextLead(house, 2.999));
        Assert.NotEqual(next, await NextLead(house, 3));
        Assert.Equal("", await NextLead(house, 4));
    }

    [Fact]
    public async Task Staff_of_the_desk_officers_and_auditors_may_ask_and_a_wrong_question_is_refused()
    {
        await using var house = await DeskHouse.Open(one);
        var request = new GetDutyRequest { Parent = DeskHouse.Parent };

        await house.AdmitsOnly(
            async caller => await house.Rpc.GetDutyAsync(request, caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer,
            Role.Auditor
        );
        await house.Violates(async () => await house.Rpc.GetDutyAsync(new GetDutyRequest(), house.AsAgent), "parent");
    }

    private static Task<string> NextLead(DeskHouse house, double hours) =>
        InClient(house, async tx => Names.Person(await Rota.NextLead(tx, At(house, hours))));

    private static DateTimeOffset At(DeskHouse house, double hours) => house.Now + TimeSpan.FromHours(hours);

    private static Task<T> InClient<T>(DeskHouse house, Func<Tx, Task<T>> read) =>
        house.Service.Db.InTransaction(TestIssuer.Client, read, CancellationToken.None);
}
