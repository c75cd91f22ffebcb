using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>A span in which a member is on duty: from the start, up to but not at the end.</summary>
public sealed record Shift
{
    /// <summary>The plural in names.</summary>
    public const string Collection = "shifts";

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

    public string Name => Names.Of(ClientId, Collection, Id);

    /// <summary>Taken back. What is over stays: it says who was on duty.</summary>
    public Shift Cancel(DateTimeOffset now) =>
        Cancelled ? throw Refused(Errors.ShiftAlreadyCancelled, "The shift has been taken back already.")
        : EndTime <= now ? throw Refused(Errors.ShiftOver, "The shift is over: it says who was on duty then.")
        : this with { Cancelled = true, UpdateTime = now, Revision = Revision + 1 };

    /// <summary>The shift as the reply has it.</summary>
    public V1.Shift ToWire() =>
        new()
        {
            Name = Name,
            Person = Names.Person(PersonId),
            Alias = Alias,
            Role = Role,
            StartTime = StartTime.ToTimestamp(),
            EndTime = EndTime.ToTimestamp(),
            Cancelled = Cancelled,
            Revision = Revision,
            Etag = $"\"{Revision}\"",
        };

    private Refusal Refused(string reason, string message) =>
        new(StatusCode.FailedPrecondition, reason, message, ("name", Name));
}
