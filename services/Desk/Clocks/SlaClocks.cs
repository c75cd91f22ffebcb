using Mobility.Desk.V1;

namespace Mobility.Desk;

/// <summary>One thing of a case's log that clocks go by.</summary>
public readonly record struct ClockEvent(CaseLogKind Kind, DateTimeOffset Time);

/// <summary>
/// The clocks of a case, a pure function of its log: reading them later, from the whole log, as of an earlier instant
/// gives what was read then. Each opening has clocks of its own; a case opened again is not measured from its first
/// opening. They run by the hours as they were known when it began: a holiday that is declared later moves none.
/// </summary>
public static class SlaClocks
{
    private const int ClocksOfAnOpening = 2;

    /// <summary>The clocks of the latest opening as they stand now.</summary>
    public static IReadOnlyList<SlaReading> Read(
        IEnumerable<ClockEvent> log,
        Func<DateTimeOffset, BusinessCalendar> hours,
        DateTimeOffset now,
        Boundary boundary = Boundary.AtClosing
    ) => [.. ReadAll(log, hours, now, boundary).TakeLast(ClocksOfAnOpening)];

    /// <summary>The clocks of every opening, the earliest first, as they stand now.</summary>
    public static IReadOnlyList<SlaReading> ReadAll(
        IEnumerable<ClockEvent> log,
        Func<DateTimeOffset, BusinessCalendar> hours,
        DateTimeOffset now,
        Boundary boundary = Boundary.AtClosing
    ) =>
        [
            .. Openings(log.Where(entry => entry.Time <= now).OrderBy(entry => entry.Time))
                .SelectMany(opening => opening.Read(hours(opening.StartTime), now, boundary)),
        ];

    /// <summary>How many clocks ran out in the span, half-open, whether or not somebody finished later.</summary>
    public static int CountMissed(
        IEnumerable<ClockEvent> log,
        Func<DateTimeOffset, BusinessCalendar> hours,
        Period span,
        DateTimeOffset now
    ) =>
        ReadAll(log, hours, now)
            .Count(reading => reading.State == SlaClockState.Missed && span.Holds(reading.DueTime!.Value));

    private static List<CaseOpening> Openings(IEnumerable<ClockEvent> log)
    {
        var openings = new List<CaseOpening>();
        foreach (var entry in log)
        {
            var running = openings.Count > 0 && openings[^1].CloseTime is null;
            if (running)
            {
                openings[^1] = openings[^1].After(entry);
            }
            else if (entry.Kind is CaseLogKind.Opened or CaseLogKind.Reopened)
            {
                openings.Add(new CaseOpening(entry.Time));
            }
        }

        return openings;
    }
}
