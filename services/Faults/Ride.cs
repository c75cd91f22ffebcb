using Mobility.Faults.V1;

namespace Mobility.Faults;

/// <summary>What the operator's system says of a ride: the only source of facts about it.</summary>
public sealed record Ride
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public string ExternalId { get; init; } = "";
    public Guid VehicleId { get; init; }
    public Guid RiderId { get; init; }
    public DateTimeOffset StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public long DistanceMeters { get; init; }
    public UnlockOutcome UnlockOutcome { get; init; }
    public DateTimeOffset CreateTime { get; init; }
    public long Revision { get; init; } = 1;

    public string Name => Names.Ride(ClientId, Id);

    /// <summary>
    /// The last moment at which the record shows the rider on the vehicle. While the ride runs that is its start: a
    /// ride
    /// whose end never came must not let its rider ground the vehicle for ever.
    /// </summary>
    public DateTimeOffset LastKnownTime => EndTime ?? StartTime;
}
