using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class GetCaseTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task It_shows_parts_notes_log_and_clocks_with_what_screens_call_people()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = complaint });
        var opened = await house.CaseOf(complaint.Complaint);
        await house.HandOver(opened.Name);
        house.Service.Clock.Advance(TimeSpan.FromMinutes(7));

        var found = await house.Get(opened.Name);

        Assert.Equal(("팀장", true), (found.OwnerAlias, found.HandedOver));
        Assert.Equal("상담원 1", Assert.Single(found.Notes).AuthorAlias);
        Assert.Contains(found.Log, entry => entry.Kind == CaseLogKind.HandedOver && entry.ActorAlias == "상담원 1");
        Assert.Equal(
            [
                (SlaClockKind.FirstAnswer, SlaClockState.Missed, 420L),
                (SlaClockKind.LeadTime, SlaClockState.Running, 420L),
            ],
            found.Clocks.Select(clock => (clock.Kind, clock.State, clock.ElapsedSeconds))
        );
    }

    [Fact]
    public async Task Of_many_notes_the_latest_are_shown_oldest_first()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        for (var number = 1; number <= 203; number++)
        {
            var request = new AddCaseNoteRequest
            {
                Name = opened.Name,
                Note = new CaseNote { Text = $"{number}" },
                RequestId = house.NewId(),
            };
            await house.Rpc.AddCaseNoteAsync(request, house.AsAgent);
        }

        var notes = (await house.Get(opened.Name)).Notes;

        Assert.Equal(Enumerable.Range(4, 200).Select(number => $"{number}"), notes.Select(note => note.Text));
    }

    [Fact]
    public async Task One_that_is_not_there_or_another_clients_is_not_found()
    {
        await using var house = await OpenStaffed(one);
        var opened = await house.Create();
        var elsewhere = opened.Name.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);

        await NotFound(house.Name("cases"), house.AsAgent);
        await NotFound(elsewhere, house.As(Role.Agent, house.Agent, TestIssuer.OtherClient));

        Task NotFound(string name, Metadata caller) =>
            house.Refused(
                StatusCode.NotFound,
                "CASE_NOT_FOUND",
                async () => await house.Rpc.GetCaseAsync(new GetCaseRequest { Name = name }, caller)
            );
    }

    [Fact]
    public async Task The_name_has_to_be_one_of_a_case()
    {
        await using var house = await OpenStaffed(one);
        var request = new GetCaseRequest { Name = house.Rider };

        await house.Invalid(async () => await house.Rpc.GetCaseAsync(request, house.AsAgent), "name");
    }

    [Fact]
    public async Task Riders_and_crew_see_no_cases()
    {
        await using var house = await OpenStaffed(one);
        var opened = await house.Create();

        await house.AdmitsOnly(
            async caller => await house.Rpc.GetCaseAsync(new GetCaseRequest { Name = opened.Name }, caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer,
            Role.Auditor
        );
    }
}
