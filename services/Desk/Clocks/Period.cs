namespace Mobility.Desk;

/// <summary>Time from the start, up to but not at the end.</summary>
public readonly record struct Period(DateTimeOffset Start, DateTimeOffset End)
{
    public bool IsEmpty => End <= Start;
    public TimeSpan Length => IsEmpty ? TimeSpan.Zero : End - Start;

    public bool Holds(DateTimeOffset at) => Start <= at && at < End;

    /// <summary>What both hold; empty when they do not meet.</summary>
    public Period Within(Period other) =>
        new(Start > other.Start ? Start : other.Start, End < other.End ? End : other.End);

    /// <summary>Periods in order without those cut out of them; touching pieces stay apart.</summary>
    /// <param name="periods">In order, apart from each other.</param>
    /// <param name="cuts">In any order; they may overlap.</param>
    public static IEnumerable<Period> Subtract(IEnumerable<Period> periods, IReadOnlyList<Period> cuts)
    {
        var sorted = cuts.Where(cut => !cut.IsEmpty).OrderBy(cut => cut.Start).ToList();
        foreach (var period in periods)
        {
            var left = period;
            foreach (var cut in sorted.Where(cut => cut.Start < period.End && cut.End > period.Start))
            {
                var before = left with { End = cut.Start < left.End ? cut.Start : left.End };
                if (!before.IsEmpty)
                {
                    yield return before;
                }

                left = left with { Start = cut.End > left.Start ? cut.End : left.Start };
            }

            if (!left.IsEmpty)
            {
                yield return left;
            }
        }
    }
}
