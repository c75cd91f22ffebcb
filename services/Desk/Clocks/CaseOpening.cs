using Mobility.Desk.V1;

namespace Mobility.Desk;

/// <summary>From the opening of a case, or its opening again, to the close: what its clocks go by.</summary>
/// <param name="StartTime">When it was opened.</param>
internal sealed record CaseOpening(DateTimeOffset StartTime)
{
    public DateTimeOffset? AnswerTime { get; private init; }
    public DateTimeOffset? CloseTime { get; private init; }

    /// <summary>Pauses that are over.</summary>
    private IReadOnlyList<Period> Pauses { get; init; } = [];
    private DateTimeOffset? PausedSince { get; init; }

    /// <summary>The opening after something happened; what no clock goes by changes nothing.</summary>
    public CaseOpening After(ClockEvent entry) =>
        entry.Kind switch
        {
            CaseLogKind.Answered when AnswerTime is null => this with { AnswerTime = entry.Time },
            CaseLogKind.Paused when PausedSince is null => this with { PausedSince = entry.Time },
            CaseLogKind.Resumed => Resume(entry.Time),
            CaseLogKind.Closed => Resume(entry.Time) with { CloseTime = entry.Time },
            _ => this,
        };

    /// <summary>Its clocks. After the close nobody waits for a first answer any more.</summary>
    public IEnumerable<SlaReading> Read(BusinessCalendar calendar, DateTimeOffset now, Boundary boundary)
    {
        SlaReading Clock(SlaClockKind kind, TimeSpan target, DateTimeOffset? stop)
        {
            var time = new WorkTime(calendar, PausesUntil(stop));
            var due = time.Due(StartTime, target, boundary);
            var state =
                due < (stop ?? now) ? SlaClockState.Missed
                : stop is not null ? SlaClockState.Met
                : PausedSince is not null ? SlaClockState.Paused
                : SlaClockState.Running;
            var answered = kind == SlaClockKind.FirstAnswer && AnswerTime is not null;
            return new(kind, StartTime, target, time.Elapsed(StartTime, stop ?? now), due, stop, answered, state);
        }

        yield return Clock(SlaClockKind.FirstAnswer, SlaTargets.FirstAnswer, AnswerTime ?? CloseTime);
        yield return Clock(SlaClockKind.LeadTime, SlaTargets.LeadTime, CloseTime);
    }

    /// <summary>The pauses that a clock goes by: what came after it stopped is of no account.</summary>
    private List<Period> PausesUntil(DateTimeOffset? stop)
    {
        var open = PausedSince is { } start ? [new Period(start, DateTimeOffset.MaxValue)] : Array.Empty<Period>();
        return
        [
            .. Pauses
                .Concat(open)
                .Select(pause => stop is { } end && end < pause.End ? pause with { End = end } : pause)
                .Where(pause => !pause.IsEmpty),
        ];
    }

    private CaseOpening Resume(DateTimeOffset time) =>
        PausedSince is { } start
            ? this with
            {
                Pauses = [.. Pauses, new Period(start, time)],
                PausedSince = null,
            }
            : this;
}
