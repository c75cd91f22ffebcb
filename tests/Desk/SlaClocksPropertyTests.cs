using FsCheck;
using FsCheck.Fluent;
using Mobility.Desk;
using Mobility.Desk.V1;
using Xunit;

namespace Mobility.Tests.Desk;

/// <summary>Reading a log again gives what was read while it grew.</summary>
public sealed class SlaClocksPropertyTests
{
    private static readonly BusinessCalendar Calendar = Hours.Daily("Asia/Seoul", "09:00-12:00", "13:00-18:00");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly CaseLogKind[] Kinds =
    [
        .. System.Enum.GetValues<CaseLogKind>().Except([CaseLogKind.Unspecified]),
    ];

    /// <summary>Any things at any times, the opening first.</summary>
    private static Gen<List<ClockEvent>> Logs =>
        from steps in (
            from kind in Gen.Elements(Kinds)
            from minutes in Gen.Frequency((4, Gen.Choose(0, 20)), (1, Gen.Choose(60, 900)))
            select (kind, minutes)
        ).ListOf()
        select steps.Aggregate(
            new List<ClockEvent> { new(CaseLogKind.Opened, Start) },
            (log, step) => [.. log, new(step.kind, log[^1].Time.AddMinutes(step.minutes))]
        );

    [Fact]
    public void A_replay_of_the_whole_log_as_of_any_instant_is_what_was_read_then() =>
        Holds(log =>
            Enumerable
                .Range(1, log.Count)
                .All(known =>
                {
                    var now = log[known - 1].Time;
                    var live = log.Take(known).Concat(log.Skip(known).TakeWhile(entry => entry.Time == now));
                    return SlaClocks
                        .ReadAll(live, _ => Calendar, now)
                        .SequenceEqual(SlaClocks.ReadAll(log, _ => Calendar, now));
                })
        );

    [Fact]
    public void Once_met_or_missed_a_clock_stays_so() =>
        Holds(log =>
        {
            var end = SlaClocks.ReadAll(log, _ => Calendar, log[^1].Time.AddDays(3));
            return log.All(entry =>
                SlaClocks
                    .ReadAll(log, _ => Calendar, entry.Time)
                    .Zip(end)
                    .All(pair =>
                        pair.First.State is not (SlaClockState.Met or SlaClockState.Missed)
                        || pair.First.State == pair.Second.State
                    )
            );
        });

    [Fact]
    public void A_clock_that_stopped_reads_the_same_for_ever() =>
        Holds(log =>
            SlaClocks
                .ReadAll(log, _ => Calendar, log[^1].Time)
                .Zip(SlaClocks.ReadAll(log, _ => Calendar, log[^1].Time.AddDays(400)))
                .All(pair => pair.First.StopTime is null || pair.First == pair.Second)
        );

    [Fact]
    public void Elapsed_time_never_runs_back_and_met_means_within_the_target() =>
        Holds(log =>
        {
            var early = SlaClocks.ReadAll(log, _ => Calendar, log[^1].Time);
            var late = SlaClocks.ReadAll(log, _ => Calendar, log[^1].Time.AddHours(7));
            return early.Zip(late).All(pair => pair.First.Elapsed <= pair.Second.Elapsed)
                && late.All(reading => reading.State != SlaClockState.Met || reading.Elapsed <= reading.Target);
        });

    private static void Holds(Func<List<ClockEvent>, bool> property) =>
        Prop.ForAll(Logs.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
