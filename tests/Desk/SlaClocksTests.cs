using Mobility.Desk;
using Mobility.Desk.V1;
using Xunit;
using static Mobility.Desk.V1.CaseLogKind;

namespace Mobility.Tests.Desk;

/// <summary>The two clocks of a case, daily 09:00 to 18:00 in Seoul; first answer in 5 minutes, close in 30.</summary>
public sealed class SlaClocksTests
{
    private const string Seoul = "Asia/Seoul";
    private static readonly BusinessCalendar Calendar = Hours.Daily(Seoul, "09:00-18:00");

    [Theory]
    [InlineData("10:04:59.999", SlaClockState.Running)]
    [InlineData("10:05", SlaClockState.Running)]
    [InlineData("10:05:00.001", SlaClockState.Missed)]
    public void A_running_clock_is_missed_strictly_after_the_due_time(string now, SlaClockState state) =>
        Assert.Equal(state, First(now, (Opened, "10:00")).State);

    [Theory]
    [InlineData("10:05", SlaClockState.Met)]
    [InlineData("10:05:00.001", SlaClockState.Missed)]
    public void A_stopped_clock_is_met_at_the_due_time_and_missed_after_it(string answer, SlaClockState state)
    {
        var reading = First("12:00", (Opened, "10:00"), (Answered, answer));

        Assert.Equal(state, reading.State);
        Assert.Equal(At(answer), reading.StopTime);
        Assert.Equal(At("10:05"), reading.DueTime);
    }

    [Fact]
    public void A_holiday_that_is_declared_moves_no_clock_that_runs_and_those_that_start_later()
    {
        var closed = Calendar with { ClosedDays = new HashSet<DateOnly> { new(2026, 3, 2) } };
        BusinessCalendar KnownAt(DateTimeOffset time) => time < At("12:00") ? Calendar : closed;

        ClockEvent[] before = [new(CaseLogKind.Opened, At("11:59"))];
        ClockEvent[] after = [new(CaseLogKind.Opened, At("12:00"))];

        Assert.Equal(At("12:04"), SlaClocks.Read(before, KnownAt, At("14:00"))[0].DueTime);
        Assert.True(SlaClocks.Read(after, KnownAt, At("14:00"))[0].DueTime > At("23:59"));
    }

    [Fact]
    public void Only_the_first_answer_stops_the_first_clock_and_only_the_close_the_second()
    {
        var clocks = Read("12:00", (Opened, "10:00"), (Answered, "10:03"), (Answered, "10:10"), (Closed, "10:30"));

        Assert.Equal(
            [
                (SlaClockKind.FirstAnswer, At("10:03"), TimeSpan.FromMinutes(3), SlaClockState.Met),
                (SlaClockKind.LeadTime, At("10:30"), TimeSpan.FromMinutes(30), SlaClockState.Met),
            ],
            clocks.Select(c => (c.Kind, c.StopTime!.Value, c.Elapsed, c.State))
        );
    }

    [Fact]
    public void Work_that_ends_exactly_at_closing_is_due_at_closing()
    {
        Assert.Equal(At("18:00"), Lead("17:40", (Opened, "17:30")).DueTime);
        Assert.Equal(SlaClockState.Met, Lead("20:00", (Opened, "17:30"), (Closed, "18:00")).State);
        Assert.Equal(SlaClockState.Missed, Lead("20:00", (Opened, "17:30"), (Closed, "18:01")).State);
    }

    [Fact]
    public void A_paused_clock_stands_and_has_no_due_time()
    {
        var reading = Lead("15:00", (Opened, "10:00"), (Paused, "10:10"));

        Assert.Equal((SlaClockState.Paused, null), (reading.State, reading.DueTime));
        Assert.Equal(TimeSpan.FromMinutes(10), reading.Elapsed);
    }

    [Fact]
    public void A_pause_moves_the_due_time_by_its_business_time()
    {
        var reading = Lead("16:00", (Opened, "10:00"), (Paused, "10:10"), (Resumed, "15:50"));

        Assert.Equal(At("16:10"), reading.DueTime);
        Assert.Equal(TimeSpan.FromMinutes(20), reading.Elapsed);
        Assert.Equal(SlaClockState.Running, reading.State);
    }

    [Fact]
    public void A_pause_after_the_due_time_saves_nothing()
    {
        var reading = Lead("15:00", (Opened, "10:00"), (Paused, "10:31"));

        Assert.Equal((SlaClockState.Missed, At("10:30")), (reading.State, reading.DueTime));
    }

    [Fact]
    public void A_second_pause_in_a_pause_and_an_end_without_one_change_nothing()
    {
        var odd = Lead("16:00", (Opened, "10:00"), (Resumed, "10:05"), (Paused, "10:10"), (Paused, "10:20"));

        Assert.Equal(TimeSpan.FromMinutes(10), odd.Elapsed);
    }

    [Fact]
    public void A_case_closed_in_a_pause_or_without_an_answer_stops_both_clocks()
    {
        var clocks = Read("16:00", (Opened, "10:00"), (Paused, "10:02"), (Closed, "14:00"));

        Assert.All(
            clocks,
            c =>
                Assert.Equal(
                    (SlaClockState.Met, At("14:00"), TimeSpan.FromMinutes(2)),
                    (c.State, c.StopTime!.Value, c.Elapsed)
                )
        );
    }

    [Fact]
    public void A_case_opened_again_has_clocks_of_its_own_and_the_old_ones_stay_as_they_were()
    {
        (CaseLogKind, string)[] log =
        [
            (Opened, "10:00"),
            (Answered, "10:10"),
            (Closed, "10:20"),
            (Reopened, "14:00"),
            (Answered, "14:02"),
        ];

        Assert.Equal(
            [SlaClockState.Missed, SlaClockState.Met, SlaClockState.Met, SlaClockState.Running],
            SlaClocks.ReadAll(Log(log), _ => Calendar, At("14:10")).Select(c => c.State)
        );
        Assert.Equal([At("14:05"), At("14:30")], Read("14:10", log).Select(c => c.DueTime!.Value));
        Assert.Equal([At("14:00"), At("14:00")], Read("14:10", log).Select(c => c.StartTime));
    }

    [Fact]
    public void What_happens_between_close_and_opening_again_and_what_no_clock_goes_by_counts_nowhere()
    {
        (CaseLogKind, string)[] plain = [(Opened, "10:00"), (Closed, "10:20")];
        (CaseLogKind, string)[] more =
        [
            (PartJoined, "09:59"),
            (Opened, "10:00"),
            (Assigned, "10:01"),
            (HandedOver, "10:02"),
            (Noted, "10:03"),
            (PartClosed, "10:20"),
            (Closed, "10:20"),
            (Answered, "10:21"),
            (Paused, "10:22"),
        ];

        Assert.Equal(Read("16:00", plain), Read("16:00", more));
    }

    [Fact]
    public void A_case_that_is_open_cannot_be_opened_again() =>
        Assert.Equal(
            Read("16:00", (Opened, "10:00")),
            Read("16:00", (Opened, "10:00"), (Reopened, "11:00"), (Opened, "12:00"))
        );

    [Fact]
    public void An_empty_log_and_one_of_the_future_have_no_clocks()
    {
        Assert.Empty(Read("16:00"));
        Assert.Empty(Read("09:00", (Opened, "10:00")));
    }

    [Fact]
    public void Clocks_that_ran_out_are_counted_in_the_span_in_which_they_were_due()
    {
        var log = Log([(Opened, "10:00"), (Answered, "10:06"), (Closed, "10:40")]);

        Assert.Equal(2, Missed("10:00", "11:00"));
        Assert.Equal(1, Missed("10:05", "10:30"));
        Assert.Equal(1, Missed("10:30", "10:31"));
        Assert.Equal(0, Missed("10:31", "18:00"));

        int Missed(string start, string end) =>
            SlaClocks.CountMissed(log, _ => Calendar, new Period(At(start), At(end)), At("18:00"));
    }

    [Fact]
    public void The_reply_has_whole_seconds()
    {
        var wire = First("10:01:30.900", (Opened, "10:00")).ToWire();

        Assert.Equal((300, 90), (wire.TargetSeconds, wire.ElapsedSeconds));
        Assert.Equal(At("10:05"), wire.DueTime.ToDateTimeOffset());
        Assert.Null(wire.StopTime);
    }

    private static DateTimeOffset At(string time) => Hours.Local("2026-03-02 " + time, Seoul);

    private static IEnumerable<ClockEvent> Log((CaseLogKind Kind, string Time)[] log) =>
        log.Select(entry => new ClockEvent(entry.Kind, At(entry.Time)));

    private static IReadOnlyList<SlaReading> Read(string now, params (CaseLogKind Kind, string Time)[] log) =>
        SlaClocks.Read(Log(log), _ => Calendar, At(now));

    private static SlaReading First(string now, params (CaseLogKind Kind, string Time)[] log) =>
        Read(now, log).Single(c => c.Kind == SlaClockKind.FirstAnswer);

    private static SlaReading Lead(string now, params (CaseLogKind Kind, string Time)[] log) =>
        Read(now, log).Single(c => c.Kind == SlaClockKind.LeadTime);
}
