namespace Mobility.Launcher;

/// <summary>The events: each one published is taken by its subscriber under its number,
/// and no number is missing.</summary>
public static class DemoEventCheck
{
    /// <summary>What is not published, or published and not there yet.</summary>
    public static IEnumerable<string> UnderWay(DemoBooks books)
    {
        foreach (var one in books.Events.Where(one => !one.IsPublished))
        {
            yield return $"{Name(one)} is not published";
        }
        foreach (var one in books.Events.Where(one => one.IsPublished && one.Outcome is null))
        {
            yield return $"{Name(one)} is published and missing in the inbox of {one.Inbox}";
        }
    }

    public static IEnumerable<string> Findings(DemoBooks books)
    {
        foreach (var one in books.Events.Where(one => one.Outcome is not null && !one.IsApplied))
        {
            yield return $"{Name(one)} is not applied in {one.Inbox} but {one.Outcome}";
        }
        foreach (var one in books.Events.Where(one => one.NumbersSkipped > 0))
        {
            yield return $"the {one.NumbersSkipped} numbers before {Name(one)} are in no outbox row";
        }
        foreach (var one in books.Parked)
        {
            yield return $"event {one.EventId} ({one.Type}) is parked in {one.Inbox}: {one.Reason}";
        }
    }

    /// <summary>Numbers that a source gave out and its subscriber has not got.</summary>
    public static long Holes(IReadOnlyList<EventBook> events) =>
        events.Count(one => one.Sequence is not null && one.Outcome is null) + events.Sum(one => one.NumbersSkipped);

    private static string Name(EventBook one) =>
        $"event {one.EventId} ({one.Type[(one.Type.LastIndexOf('.') + 1)..]}, number {one.Sequence} of "
        + $"{one.Source.Split('/')[0]})";
}
