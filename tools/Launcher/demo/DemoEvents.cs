namespace Mobility.Launcher;

internal static class EventStatements
{
    public const string Published = """
        SELECT envelope ->> 'source' AS source, sequence, event_id, type, publish_time IS NOT NULL AS is_published
        FROM outbox WHERE create_time >= @begin ORDER BY id
        """;

    public const string Taken = """
        SELECT source, sequence, event_id, outcome FROM inbox
        """;
}

/// <summary>A row of an outbox.</summary>
internal sealed record PublishedRow
{
    public string Source { get; init; } = "";
    public long? Sequence { get; init; }
    public Guid EventId { get; init; }
    public string Type { get; init; } = "";
    public bool IsPublished { get; init; }
}

/// <summary>A row of an inbox.</summary>
internal sealed record TakenRow
{
    public string Source { get; init; } = "";
    public long Sequence { get; init; }
    public Guid EventId { get; init; }
    public string Outcome { get; init; } = "";
}

/// <summary>A published event and what one of its subscribers has of it.</summary>
/// <param name="Inbox">The subscriber.</param>
/// <param name="Source">`{service}/{incarnation}`.</param>
/// <param name="Sequence">Its number; null while it has none.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Type">Full name of its proto.</param>
/// <param name="IsPublished">Did the broker take it?</param>
/// <param name="Outcome">What the inbox did with it; null when it has not arrived under this number.</param>
/// <param name="NumbersSkipped">Numbers before this one that no outbox row has.</param>
public sealed record EventBook(
    string Inbox,
    string Source,
    long? Sequence,
    Guid EventId,
    string Type,
    bool IsPublished,
    string? Outcome,
    long NumbersSkipped
)
{
    /// <summary>Did the subscriber take it for good: applied, or known to be of no use to it?</summary>
    public bool IsApplied => Outcome is "APPLIED" or "IGNORED";

    /// <summary>Finds each row of an outbox in a subscriber's inbox.</summary>
    internal static IReadOnlyList<EventBook> Join(
        string inbox,
        IReadOnlyList<PublishedRow> outbox,
        IReadOnlyList<TakenRow> taken
    )
    {
        var arrived = taken.ToDictionary(row => (row.Source, row.Sequence));
        var joined = new List<EventBook>(outbox.Count);
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in outbox.OrderBy(row => row.Sequence ?? long.MaxValue))
        {
            var found = row.Sequence is { } sequence ? arrived.GetValueOrDefault((row.Source, sequence)) : null;
            var outcome =
                found is null ? null
                : found.EventId == row.EventId ? found.Outcome
                : $"taken by {found.EventId}";
            var before = last.GetValueOrDefault(row.Source, (row.Sequence ?? 1) - 1);
            var skipped = row.Sequence is { } number ? number - before - 1 : 0;
            last[row.Source] = row.Sequence ?? before;
            joined.Add(new(inbox, row.Source, row.Sequence, row.EventId, row.Type, row.IsPublished, outcome, skipped));
        }
        return joined;
    }
}
