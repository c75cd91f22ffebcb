using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class CreateCaseTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task Whoever_opens_it_and_is_on_duty_has_it()
    {
        await using var house = await OpenStaffed();

        var opened = await house.Create(house.AsOtherAgent);

        Assert.Equal(
            (CaseKind.Contact, CaseChannel.Chat, CaseState.Open, house.OtherAgent, "상담원 2", house.Rider),
            (opened.Kind, opened.Channel, opened.State, opened.Owner, opened.OwnerAlias, opened.Rider)
        );
        Assert.Equal(("헬멧 보관함 문의", 1L, "\"1\""), (opened.Title, opened.Revision, opened.Etag));
        Assert.Equal(
            [(CaseLogKind.Opened, house.OtherAgent), (CaseLogKind.Assigned, house.OtherAgent)],
            opened.Log.Select(entry => (entry.Kind, entry.Actor))
        );
        Assert.Equal(opened, await house.Get(opened.Name));
        Assert.Equal(opened.Name, Assert.Single(await house.EventsOf<CaseOpened>()).Case.Case);
    }

    [Fact]
    public async Task Who_is_not_on_duty_opens_it_for_somebody_who_is()
    {
        await using var house = await OpenStaffed();

        var opened = await house.Create(house.As(Role.Agent, house.Deputy));

        Assert.Contains(opened.Owner, new[] { house.Agent, house.OtherAgent });
    }

    [Fact]
    public async Task It_stays_open_without_parts_until_a_person_closes_it()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        var closed = await house.Close(opened.Name, CaseNeed.Information);

        Assert.Equal((CaseState.Closed, CaseNeed.Information), (closed.State, closed.Need));
    }

    [Fact]
    public async Task The_same_request_ten_times_at_once_opens_one()
    {
        await using var house = await OpenStaffed();
        var request = house.Creation();

        await TenAtOnce(async () => await house.Rpc.CreateCaseAsync(request, house.AsAgent));

        Assert.Equal(1L, Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM cases""")));
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await OpenStaffed(one);
        var request = new CreateCaseRequest
        {
            Parent = Parent,
            Case = new Mobility.Desk.V1.Case
            {
                Title = new string('가', 201),
                Rider = "riders/1",
                Ride = "x",
                Vehicle = house.Name("rides"),
            },
        };

        await house.Invalid(
            async () => await house.Rpc.CreateCaseAsync(request, house.AsAgent),
            "request_id",
            "case.kind",
            "case.channel",
            "case.title",
            "case.rider",
            "case.ride",
            "case.vehicle"
        );
    }

    [Fact]
    public async Task Only_agents_and_leads_open_cases()
    {
        await using var house = await OpenStaffed(one);

        await house.AdmitsOnly(
            async caller => await house.Rpc.CreateCaseAsync(house.Creation(), caller),
            Role.Agent,
            Role.Lead
        );
    }
}
