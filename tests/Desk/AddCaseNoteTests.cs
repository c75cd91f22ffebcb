using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class AddCaseNoteTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task A_note_is_added_to_an_open_and_to_a_closed_case()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        var noted = await Note(house, opened.Name, "첫 메모", house.As(Role.ClientOfficer, house.Officer));
        await house.Close(opened.Name);
        var again = await Note(house, opened.Name, "나중 메모", house.AsAgent);

        Assert.Equal((2L, "운영사"), (noted.Revision, Assert.Single(noted.Notes).AuthorAlias));
        Assert.Equal(CaseLogKind.Noted, noted.Log[^1].Kind);
        Assert.Equal(["첫 메모", "나중 메모"], again.Notes.Select(note => note.Text));
        Assert.Equal(CaseState.Closed, again.State);
    }

    [Fact]
    public async Task Ten_notes_at_once_are_ten_notes_and_the_same_request_is_one()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Note(house, opened.Name, $"{n}", house.AsAgent)));
        var request = Request(house, opened.Name, "한 번");
        await TenAtOnce(async () => await house.Rpc.AddCaseNoteAsync(request, house.AsAgent));

        Assert.Equal(11, (await house.Get(opened.Name)).Notes.Count);
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await OpenStaffed(one);
        var request = new AddCaseNoteRequest
        {
            Name = "x",
            Note = new CaseNote { Text = new string('가', 4_001) },
        };

        await house.Invalid(
            async () => await house.Rpc.AddCaseNoteAsync(request, house.AsAgent),
            "note.text",
            "name",
            "request_id"
        );
        await house.Invalid(() => Note(house, house.Name("cases"), "", house.AsAgent), "note.text");
    }

    [Fact]
    public async Task A_case_that_is_not_there_gets_none()
    {
        await using var house = await OpenStaffed(one);

        await house.Refused(
            StatusCode.NotFound,
            "CASE_NOT_FOUND",
            () => Note(house, house.Name("cases"), "메모", house.AsAgent)
        );
    }

    [Fact]
    public async Task Only_who_works_on_it_writes_notes()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        await house.AdmitsOnly(
            caller => Note(house, opened.Name, "메모", caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer
        );
    }

    private static AddCaseNoteRequest Request(DeskHouse house, string name, string text) =>
        new()
        {
            Name = name,
            Note = new CaseNote { Text = text },
            RequestId = house.NewId(),
        };

    private static async Task<Mobility.Desk.V1.Case> Note(DeskHouse house, string name, string text, Metadata caller) =>
        await house.Rpc.AddCaseNoteAsync(Request(house, name, text), caller);
}
