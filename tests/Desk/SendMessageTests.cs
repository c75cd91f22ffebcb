using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class SendMessageTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task An_agents_own_words_reach_the_riders_inbox_and_answer_the_case()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        var sent = await house.Send(house.Reply(opened.Name));

        Assert.Equal(
            (house.Rider, opened.Name, "reply", "reply", "확인해 보겠습니다", "ko", MessagePlace.Inbox, opened.Name),
            (sent.Recipient, sent.Subject, sent.Kind, sent.Template, sent.Text, sent.Language, sent.Place, sent.Case)
        );
        var line = (await house.Get(opened.Name)).Log[^1];
        Assert.Equal((CaseLogKind.Answered, house.Agent, sent.Name), (line.Kind, line.Actor, line.Subject));
    }

    [Fact]
    public async Task An_agents_next_words_are_another_kind_but_nobody_is_told_twice_that_it_is_in_progress()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        await house.Send(house.Reply(opened.Name));
        var second = await house.Send(house.Reply(opened.Name, text: "다른 말"));
        await house.Send(house.Reply(opened.Name, "in-progress", ""));

        await house.Refused(
            StatusCode.AlreadyExists,
            "ALREADY_TOLD",
            () => house.Send(house.Reply(opened.Name, "in-progress", ""))
        );

        Assert.Equal(("reply-2", "reply"), (second.Kind, second.Template));
        Assert.Equal(["in-progress", "reply", "reply-2"], await house.ToldOf(opened.Name));
    }

    [Fact]
    public async Task Ten_replies_at_once_are_ten_messages()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => house.Send(house.Reply(opened.Name)))));

        Assert.Equal(10, (await house.ToldOf(opened.Name)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_question_pauses_the_clocks_until_the_rider_is_heard_of()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        await house.Send(house.Reply(opened.Name, "question", "어느 기기인가요?"));
        house.Service.Clock.Advance(TimeSpan.FromMinutes(50));
        var waits = (await house.Get(opened.Name)).Clocks.Single(c => c.Kind == SlaClockKind.LeadTime);

        await house.Record(ContactOutcome.Answered, inCase: opened.Name);
        await house.Record(ContactOutcome.Answered, inCase: opened.Name);

        Assert.Equal((SlaClockState.Paused, 0L), (waits.State, waits.ElapsedSeconds));
        var runs = await house.Get(opened.Name);
        Assert.Equal(SlaClockState.Running, runs.Clocks.Single(c => c.Kind == SlaClockKind.LeadTime).State);
        Assert.Single(runs.Log, entry => entry.Kind == CaseLogKind.Resumed);
    }

    [Fact]
    public async Task A_reporter_is_told_on_the_tracking_page_in_templates_only()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        complaint.Language = "en";
        await house.Apply(new ComplaintFiled { Complaint = complaint });
        var request = house.Reply(complaint.Complaint, "in-progress", "");
        request.Message.Recipient = complaint.Complaint;

        var sent = await house.Send(request);

        Assert.Equal((MessagePlace.TrackingPage, "en"), (sent.Place, sent.Language));
        Assert.Equal((await house.CaseOf(complaint.Complaint)).Name, sent.Case);
        request.RequestId = house.NewId();
        (request.Message.Kind, request.Message.Text) = ("reply", "제 말");
        await house.Invalid(() => house.Send(request), "message.recipient");
    }

    [Fact]
    public async Task A_complaint_that_the_desk_never_heard_of_has_no_reporter_to_tell()
    {
        await using var house = await OpenStaffed(one);
        var request = house.Reply(house.Name("complaints"), "in-progress", "");
        request.Message.Recipient = request.Message.Subject;

        await house.Invalid(() => house.Send(request), "message.recipient");
    }

    [Theory]
    [InlineData("refund-settled")]
    [InlineData("reply-2")]
    [InlineData("")]
    public async Task What_the_system_tells_nobody_sends_by_hand(string kind)
    {
        await using var house = await OpenStaffed();

        await house.Invalid(() => house.Send(house.Reply(house.Name("refunds"), kind, "")), "message.kind");
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await OpenStaffed(one);
        var request = new SendMessageRequest
        {
            Parent = Parent,
            Message = new Message
            {
                Recipient = house.Agent,
                Subject = house.Name("vehicles"),
                Kind = "in-progress",
                Text = "내 말",
                Case = "x",
            },
        };

        await house.Invalid(
            () => house.Send(request),
            "request_id",
            "message.recipient",
            "message.subject",
            "message.text",
            "message.case"
        );
    }

    [Fact]
    public async Task A_case_that_is_not_there_has_no_messages()
    {
        await using var house = await OpenStaffed(one);
        var missing = house.Name("cases");

        await house.Refused(StatusCode.NotFound, "CASE_NOT_FOUND", () => house.Send(house.Reply(missing)));
    }

    [Fact]
    public async Task The_same_request_ten_times_at_once_tells_once()
    {
        await using var house = await OpenStaffed();
        var request = house.Reply((await house.Create()).Name);

        await TenAtOnce(() => house.Send(request));

        Assert.Equal(["reply"], await house.ToldOf(request.Message.Subject));
    }

    [Fact]
    public async Task Only_agents_and_leads_send()
    {
        await using var house = await OpenStaffed(one);
        var opened = await house.Create();

        await house.AdmitsOnly(caller => house.Send(house.Reply(opened.Name), caller), Role.Agent, Role.Lead);
    }
}
