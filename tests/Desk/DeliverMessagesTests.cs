using System.Text.Json;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;
using DeliverMessages = Mobility.Desk.DeliverMessages;

namespace Mobility.Tests.Desk;

public sealed class DeliverMessagesTests
{
    [Fact]
    public async Task A_reporter_is_told_by_an_event_that_parking_shows_on_the_tracking_page()
    {
        await using var house = await OpenStaffed();
        var complaint = house.Complaint();
        await house.Apply(new ComplaintFiled { Complaint = complaint });
        await Until(house, delivered: 1);
        await DeliverMessages.Run(house.Service.Job());

        var told = Assert.Single(await house.EventsOf<ReporterTold>());

        Assert.Equal((complaint.Complaint, "complaint-received"), (told.Complaint, told.Template));
        Assert.Equal("BLOCKS_ENTRANCE", told.Values["category"]);
        Assert.Equal(house.Now, told.TellTime.ToDateTimeOffset());
    }

    [Fact]
    public async Task The_inbox_is_quiet_at_night_but_for_money_that_came_back()
    {
        await using var house = await OpenStaffed();
        house.Service.Clock.Advance(TimeSpan.FromHours(12));
        await house.Apply(new FaultReported { Fault = house.Fault() });
        await house.Apply(new RefundSettled { Refund = house.Refund(RefundState.Settled) });
        await house.Apply(new ComplaintFiled { Complaint = house.Complaint() });

        await Until(house, delivered: 2);
        Assert.Equal(["fault-received"], await Queued(house));
        house.Service.Clock.Advance(TimeSpan.FromHours(11) - TimeSpan.FromMilliseconds(1));
        await DeliverMessages.Run(house.Service.Job());
        Assert.Equal(["fault-received"], await Queued(house));
        house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await DeliverMessages.Run(house.Service.Job());

        await Until(house, delivered: 3);
        // Nothing of the rider's is an event.
        Assert.Single(await house.EventsOf<ReporterTold>());
    }

    [Fact]
    public async Task With_a_file_set_each_message_is_a_line_of_names_and_values_without_anybodys_words()
    {
        var file = Path.Combine(TestFolder.New("told"), "messages.jsonl");
        await using var house = await OpenStaffed(
            new Dictionary<string, string>(StringComparer.Ordinal) { [DeliverMessages.FileSetting] = file }
        );
        var sent = await house.Send(house.Reply((await house.Create()).Name, text: "비밀스러운 말"));
        await house.Apply(new RefundSettled { Refund = house.Refund(RefundState.Settled) });
        await Until(house, delivered: 2);

        var lines = await File.ReadAllLinesAsync(file);

        Assert.Equal(2, lines.Length);
        Assert.DoesNotContain("비밀", string.Concat(lines), StringComparison.Ordinal);
        var reply = lines.Select(line => JsonDocument.Parse(line).RootElement).Single(IsReply);
        Assert.Equal(
            (sent.Name, house.Rider, "Inbox", "ko"),
            (Text(reply, "message"), Text(reply, "recipient"), Text(reply, "place"), Text(reply, "language"))
        );

        static bool IsReply(JsonElement line) => Text(line, "kind") == "reply";
        static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rider_is_told_in_the_language_of_the_last_page_that_the_rider_reported_on(bool refundFirst)
    {
        var file = Path.Combine(TestFolder.New("told"), "messages.jsonl");
        await using var house = await OpenStaffed(
            new Dictionary<string, string>(StringComparer.Ordinal) { [DeliverMessages.FileSetting] = file }
        );
        house.Service.Clock.Advance(TimeSpan.FromHours(12));
        var first = house.Fault();
        house.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        var last = house.Fault();
        house.Service.Clock.Advance(TimeSpan.FromSeconds(1));
        var byPhone = house.Fault();
        (first.Language, last.Language) = ("ko", "en");
        var refund = new RefundDenied { Refund = house.Refund(RefundState.Denied) };
        await house.Apply(refundFirst ? [refund] : []);
        await house.Apply(
            new FaultReported { Fault = last },
            new FaultReported { Fault = byPhone },
            new FaultReported { Fault = first }
        );
        await house.Apply(refundFirst ? [] : [refund]);
        house.Service.Clock.Advance(TimeSpan.FromHours(12));
        await house.Send(house.Reply(last.Fault));
        await DeliverMessages.Run(house.Service.Job());
        await Until(house, delivered: 5);

        var lines = (await File.ReadAllLinesAsync(file)).Select(line => JsonDocument.Parse(line).RootElement);
        Assert.Equal(
            ["fault-received en", "fault-received en", "fault-received en", "refund-denied en", "reply ko"],
            lines.Select(line => $"{line.GetProperty("kind")} {line.GetProperty("language")}").Order()
        );
    }

    [Fact]
    public async Task A_crash_after_the_line_and_before_the_commit_repeats_the_line_and_tells_once()
    {
        var file = Path.Combine(TestFolder.New("told"), "messages.jsonl");
        await using var house = await OpenStaffed(
            new Dictionary<string, string>(StringComparer.Ordinal) { [DeliverMessages.FileSetting] = file }
        );
        // The job that a commit wakes fails too, and says so.
        house.Service.ErrorsExpected = true;
        await house.Service.Rows<int>(
            """
            CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'the power fails'; END $$;
            CREATE CONSTRAINT TRIGGER fail AFTER UPDATE ON messages DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION fail_at_commit();
            SELECT 1
            """
        );
        await house.Apply(new ComplaintFiled { Complaint = house.Complaint() });
        // The commit has woken the job: whichever run holds the message writes its line.
        await Poll.Until(() => Task.FromResult(File.Exists(file)), what: "a line before the commit that fails");
        Assert.Equal(["complaint-received"], await Queued(house));
        Assert.Empty(await house.EventsOf<ReporterTold>());

        await house.Service.Rows<int>("""DROP TRIGGER fail ON messages; SELECT 1""");
        await DeliverMessages.Run(house.Service.Job());
        await Until(house, delivered: 1);

        Assert.Single(await house.EventsOf<ReporterTold>());
        var lines = await File.ReadAllLinesAsync(file);
        Assert.True(lines.Length >= 2);
        Assert.Single(
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()).Distinct()
        );
    }

    [Fact]
    public async Task Many_are_delivered_each_once_by_jobs_at_once()
    {
        var file = Path.Combine(TestFolder.New("told"), "messages.jsonl");
        await using var house = await OpenStaffed(
            new Dictionary<string, string>(StringComparer.Ordinal) { [DeliverMessages.FileSetting] = file }
        );
        var complaints = Enumerable.Range(0, 60).Select(_ => house.Complaint()).ToList();
        using var done = new CancellationTokenSource();
        var jobs = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Deliver(house, done.Token))));
        await Parallel.ForEachAsync(
            complaints,
            async (complaint, _) => await house.Apply(new ComplaintFiled { Complaint = complaint })
        );
        await Until(house, delivered: complaints.Count);
        await done.CancelAsync();
        await jobs;

        var told = await house.EventsOf<ReporterTold>();
        Assert.Equal(
            complaints.Select(complaint => complaint.Complaint).Order(StringComparer.Ordinal),
            told.Select(evt => evt.Complaint).Order(StringComparer.Ordinal)
        );
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(
            complaints.Select(complaint => complaint.Complaint).Order(StringComparer.Ordinal),
            lines
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("recipient").GetString()!)
                .Order(StringComparer.Ordinal)
        );
    }

    private static async Task Deliver(DeskHouse house, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            await DeliverMessages.Run(house.Service.Job());
        }
    }

    private static Task<IReadOnlyList<string>> Queued(DeskHouse house) =>
        house.Service.Rows<string>("""SELECT kind FROM messages WHERE state = 1 ORDER BY kind""");

    private static Task Until(DeskHouse house, long delivered) =>
        Poll.Until(
            async () =>
                Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM messages WHERE state = 2"""))
                == delivered,
            what: $"{delivered} messages delivered"
        );
}
