namespace Mobility.Parking.Episodes;

/// <summary>When an episode changes: the time, and a number that orders what happens in one millisecond.</summary>
public readonly record struct Moment(DateTimeOffset Time, long Number);

/// <summary>A vehicle in one of its stays: it stands where it stood, and nobody rode it.</summary>
public readonly record struct Standing(Guid VehicleId, int Stay);

/// <summary>A complaint as the grouping rule sees it; the numbers are those of moments.</summary>
/// <param name="Id">The complaint.</param>
/// <param name="Grouped">When it began to count.</param>
/// <param name="Standings">What it is about.</param>
/// <param name="Ended">When it was over; null while it is not.</param>
/// <param name="Pauses">When it was over for the time being, because it was reopened later; null for never.</param>
public sealed record Groupable(
    Guid Id,
    long Grouped,
    IReadOnlyList<Standing> Standings,
    long? Ended = null,
    IReadOnlyList<Pause>? Pauses = null
)
{
    public bool IsLiveAt(long moment) =>
        (Ended is null || Ended > moment) && !(Pauses ?? []).Any(p => p.Start <= moment && moment < p.End);
}

/// <summary>From an answer until it was reopened; the numbers are those of moments.</summary>
public readonly record struct Pause(long Start, long End);

/// <summary>
/// Which complaints are one episode. Pure: it plays the complaints in the order in which they came, so leaving one out
/// gives what would be if it had never come. That is how a split is undone.
/// </summary>
public static class Grouping
{
    /// <summary>The episodes in the order in which they began, each with its complaints in their order.</summary>
    public static IReadOnlyList<IReadOnlyList<Groupable>> Of(IEnumerable<Groupable> complaints)
    {
        var episodes = new List<List<Groupable>>();
        foreach (var complaint in complaints.OrderBy(c => c.Grouped))
        {
            var joined = episodes.Where(episode => Joins(complaint, episode)).ToList();
            if (joined.Count == 0)
            {
                episodes.Add([complaint]);
                continue;
            }

            // The oldest stands first: it takes in the younger ones.
            foreach (var younger in joined.Skip(1))
            {
                joined[0].AddRange(younger);
                episodes.Remove(younger);
            }

            joined[0].Add(complaint);
        }

        return [.. episodes.Select(episode => episode.OrderBy(c => c.Grouped).ToList())];
    }

    /// <summary>Does the complaint join these: is one of them live, and is it about one of their vehicles in the same
    /// stay?</summary>
    public static bool Joins(Groupable complaint, IReadOnlyCollection<Groupable> episode) =>
        episode.Any(other => other.IsLiveAt(complaint.Grouped))
        && episode.Any(other => other.Standings.Intersect(complaint.Standings).Any());
}
