using Mobility.Desk.V1;

namespace Mobility.Desk;

/// <summary>Counts cases over a span by their logs: what they say of the span does not change later.</summary>
public sealed class CaseTally(Func<DateTimeOffset, BusinessCalendar> hours, Period span, DateTimeOffset now)
{
    private readonly List<long> leadSeconds = [];
    private readonly List<TimeSpan> firstAnswers = [];
    private int open;
    private int missed;

    public void Add(IReadOnlyList<ClockEvent> log)
    {
        var readings = SlaClocks.ReadAll(log, hours, now);
        var leads = readings.Where(reading => reading.Kind == SlaClockKind.LeadTime).ToList();
        // A case that settled without a word to anybody has no first answer that could be slow or quick.
        firstAnswers.AddRange(
            readings
                .Where(reading => reading.Answered && span.Holds(reading.StopTime!.Value))
                .Select(reading => reading.Elapsed)
        );
        // A case that was closed twice in the span is one closed case, with the lead time of the last.
        if (leads.LastOrDefault(lead => lead.StopTime is { } stop && span.Holds(stop)) is { } closed)
        {
            leadSeconds.Add((long)closed.Elapsed.TotalSeconds);
        }

        open += leads.Any(lead => lead.StartTime < span.End && (lead.StopTime is null || lead.StopTime >= span.End))
            ? 1
            : 0;
        missed += SlaClocks.CountMissed(log, hours, span, now);
    }

    public DeskFigures Of(int offered, int answered, int abandoned) =>
        new()
        {
            OfferedCount = offered,
            AnsweredCount = answered,
            AbandonedCount = abandoned,
            AnsweredBasisPoints = BasisPoints(answered, offered),
            ClosedCaseCount = leadSeconds.Count,
            MedianLeadSeconds = Median(leadSeconds),
            OpenCaseCount = open,
            MissedClockCount = missed,
            FirstAnswerCount = firstAnswers.Count,
            MedianFirstAnswerSeconds = Median([.. firstAnswers.Select(answer => (long)answer.TotalSeconds)]),
            FirstAnswerAimSeconds = (long)SlaTargets.FirstAnswerAim.TotalSeconds,
            FirstAnswerInAimBasisPoints = BasisPoints(
                firstAnswers.Count(answer => answer <= SlaTargets.FirstAnswerAim),
                firstAnswers.Count
            ),
        };

    /// <summary>A share in 10,000, rounded half up; -1 of nothing.</summary>
    public static int BasisPoints(int part, int whole) =>
        whole == 0 ? -1 : (int)(((20_000L * part) + whole) / (2L * whole));

    /// <summary>The middle one, the lower of two; -1 of nothing.</summary>
    public static long Median(IReadOnlyList<long> values) =>
        values.Count == 0 ? -1 : values.Order().ElementAt((values.Count - 1) / 2);
}
