using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>A span in which a member is on duty: from the start, up to but not at the end.</summary>
public sealed record Shift
{
    /// <summary>Longer ones are mistakes of typing: a night of twelve hours with the hand-over before and after
    /// fits.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromHours(14);

    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public Guid PersonId { get; init; }

    /// <summary>What screens call the person; empty when nobody has said.</summary>
    public string Alias { get; init; } = "";
    public DutyRole Role { get; init; }
    public DateTimeOffset StartTime { get; init; }
    public DateTimeOffset EndTime { get; init; }
    public bool Cancelled { get; init; }
    public DateTimeOffset CreateTime { get; init; }
    public DateTimeOffset UpdateTime { get; init; }
    public long Revision { get; init; } = 1;

    public string Name => new ResourceName(ClientId, Collection, Id).ToString();
    public string Person => $"people/{PersonId}";

    /// <summary>The plural in names.</summary>
    public const string Collection = "shifts";

    public bool Covers(DateTimeOffset at) => !Cancelled && StartTime <= at && at < EndTime;

    /// <summary>Taken back; once is enough.</summary>
    public Shift Cancel(DateTimeOffset now) =>
        Cancelled ? this : this with { Cancelled = true, UpdateTime = now, Revision = Revision + 1 };
}
