using Mobility.Desk.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

/// <summary>What people of the desk write stays in the desk's own rows: design §5.8.</summary>
public sealed class PrivateTextTests
{
    private const string Marker = "표식-c41f-marker";

    [Fact]
    public async Task Nothing_that_anybody_wrote_is_in_a_log_line_or_an_event()
    {
        await using var house = await OpenStaffed();
        var creation = house.Creation();
        creation.Case.Title = "title " + Marker;
        var opened = await house.Rpc.CreateCaseAsync(creation, house.AsAgent);
        var note = new AddCaseNoteRequest
        {
            Name = opened.Name,
            Note = new CaseNote { Text = "note " + Marker },
            RequestId = house.NewId(),
        };
        await house.Rpc.AddCaseNoteAsync(note, house.AsAgent);
        var handOver = new HandOverCaseRequest
        {
            Name = opened.Name,
            Reason = "reason " + Marker,
            RequestId = house.NewId(),
        };
        await house.Rpc.HandOverCaseAsync(handOver, house.AsAgent);
        var contact = house.Call(ContactOutcome.Answered, "external " + Marker, opened.Name);
        await house.Rpc.RecordContactAsync(contact, house.AsAgent);
        await house.Send(house.Reply(opened.Name, text: "reply " + Marker));
        await house.Send(house.Reply(opened.Name, "question", "question " + Marker));
        // Refused for another reason: the refusal must not carry the text either.
        note.RequestId = "x";
        await house.Invalid(async () => await house.Rpc.AddCaseNoteAsync(note, house.AsAgent), "request_id");
        await house.Close(opened.Name, note: "close " + Marker);

        Assert.Contains(Marker, (await house.Get(opened.Name)).Notes[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain(house.Service.LogLines, line => line.Contains(Marker, StringComparison.Ordinal));
        Assert.NotEmpty(await house.Service.Events());
        Assert.DoesNotContain(
            await house.Service.Rows<string>("""SELECT o::text FROM outbox o"""),
            row => row.Contains(Marker, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_rider_sees_no_note_whatever_is_asked()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        await house.HandOver(opened.Name);
        await house.Send(house.Reply(opened.Name));
        await Support.Poll.Until(async () =>
            (await house.Service.Rows<int>("""SELECT state FROM messages""")).SequenceEqual([2])
        );

        var inbox = await house.Rpc.ListMessagesAsync(new() { Parent = Parent }, house.AsRider);

        Assert.Equal(["확인해 보겠습니다"], inbox.Messages.Select(message => message.Text));
        Assert.DoesNotContain("팀장 통화", inbox.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("people/", inbox.ToString(), StringComparison.Ordinal);
    }
}
