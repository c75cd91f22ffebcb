namespace Mobility.Launcher;

/// <summary>A case of the run.</summary>
public sealed record CaseBook
{
    internal const string Statement = """
        SELECT id AS case_id, matter, state, owner_id, handed_over FROM cases
        WHERE client_id = @Client AND create_time >= @Begin ORDER BY id
        """;

    public Guid CaseId { get; init; }
    public string Matter { get; init; } = "";
    public int State { get; init; }
    public Guid? OwnerId { get; init; }
    public bool HandedOver { get; init; }
    public bool IsOpen => State == 1;
}

/// <summary>What belongs to which case.</summary>
public sealed record PartBook
{
    internal const string Statement = """
        SELECT thing_id, case_id FROM case_parts WHERE client_id = @Client AND join_time >= @Begin
        """;

    public Guid ThingId { get; init; }
    public Guid CaseId { get; init; }
}

/// <summary>A contact of the run.</summary>
public sealed record ContactBook
{
    internal const string Statement = """
        SELECT id AS contact_id, external_id, case_id FROM contacts WHERE client_id = @Client AND offer_time >= @Begin
        """;

    public Guid ContactId { get; init; }
    public string ExternalId { get; init; } = "";
    public Guid? CaseId { get; init; }
}

/// <summary>What a person was told in the run.</summary>
public sealed record MessageBook
{
    internal const string Statement = """
        SELECT recipient, subject_id, kind, deliver_time, not_before_time FROM messages
        WHERE client_id = @Client AND create_time >= @Begin
        """;

    public string Recipient { get; init; } = "";
    public Guid SubjectId { get; init; }
    public string Kind { get; init; } = "";
    public DateTime? DeliverTime { get; init; }
    public DateTime NotBeforeTime { get; init; }
}

/// <summary>An event that waits for a person.</summary>
public sealed record ParkedBook
{
    internal const string Statement = """
        SELECT @inbox AS inbox, event_id, type, reason FROM inbox_parked ORDER BY park_time
        """;

    public string Inbox { get; init; } = "";
    public Guid EventId { get; init; }
    public string Type { get; init; } = "";
    public string Reason { get; init; } = "";
}
