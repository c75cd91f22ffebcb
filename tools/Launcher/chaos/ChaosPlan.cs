namespace Mobility.Launcher;

/// <summary>One kill of a plan.</summary>
/// <param name="Point">Where.</param>
/// <param name="AfterStep">It is armed when so many steps are done; work of its kind is still to come then.</param>
public sealed record ChaosKill(ChaosPoint Point, int AfterStep);

/// <summary>Which kills a weekend has to bear, made from a seed: every point that can still be reached in it, spread
/// over its steps, each once.</summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Kills">In the order in which they are armed.</param>
public sealed record ChaosPlan(int Seed, IReadOnlyList<ChaosKill> Kills)
{
    /// <summary>A part of a weekend has room for so many: a kill costs seconds, and more of them at once would hit a
    /// system that is not up again.</summary>
    private const int StepsPerKill = 5;

    /// <summary>Makes the plan of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="weekend">What will be played.</param>
    /// <param name="points">The points that the system has.</param>
    public static ChaosPlan Make(int seed, Weekend weekend, IReadOnlyList<ChaosPoint> points)
    {
        var dice = new Dice((ulong)seed);
        var steps = weekend.Steps.OrderBy(step => step.At).ToList();
        var reached = points.Select(point => (Point: point, Last: LastChance(point, steps)));
        var left = dice.Shuffled(reached.Where(one => one.Last >= 0)).Take(steps.Count / StepsPerKill).ToList();
        var kills = new List<ChaosKill>();
        // From the end on, because few have a chance there; the early slices are open to all that are left.
        for (var (slice, slices) = (left.Count - 1, left.Count); slice >= 0; slice--)
        {
            var from = slice * steps.Count / slices;
            var step = from + dice.Next(((slice + 1) * steps.Count / slices) - from);
            var able = left.Where(one => one.Last >= step).ToList();
            var picked = able.Count > 0 ? dice.Pick(able) : left.MaxBy(one => one.Last);
            left.Remove(picked);
            kills.Add(new ChaosKill(picked.Point, Math.Min(step, picked.Last)));
        }
        return new ChaosPlan(seed, [.. kills.OrderBy(kill => kill.AfterStep)]);
    }

    /// <summary>The last number of steps done after which enough of the point's work is certain to come; below 0 when
    /// there is no work.</summary>
    private static int LastChance(ChaosPoint point, List<WeekendStep> steps)
    {
        var work = steps.Where(point.Work).ToList();
        if (work.Count == 0)
        {
            return -1;
        }
        // What is done at the same time is done in any order, so the work to come must be later.
        var first = work[^Math.Min(point.Need, work.Count)].At;
        return steps.Count(step => step.At < first);
    }
}
