using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Parking.V1;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>What Parking says of a complaint, at the highest revision seen.</summary>
public sealed record ComplaintCopy
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public Guid EpisodeId { get; init; }
    public ComplaintState State { get; init; }
    public CaseChannel Channel { get; init; }
    public Guid? VehicleId { get; init; }
    public string Language { get; init; } = "";
    public long Revision { get; init; }
}

/// <summary>What Faults says of a fault, at the highest revision seen.</summary>
public sealed record FaultCopy
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public FaultState State { get; init; }

    /// <summary>Did any revision say HELD or GROUNDED: is it about somebody's safety?</summary>
    public bool Endangers { get; init; }
    public Guid? ReporterId { get; init; }
    public Guid? RideId { get; init; }
    public Guid? VehicleId { get; init; }

    /// <summary>"ko" or "en", in which the reporter reads; empty when not known.</summary>
    public string Language { get; init; } = "";
    public long Revision { get; init; }
}

/// <summary>What Refunds says of a refund, at the highest revision seen.</summary>
public sealed record RefundCopy
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public RefundState State { get; init; }

    /// <summary>Did the service itself ask, on the operator's record?</summary>
    public bool BySystem { get; init; }

    /// <summary>Did any revision say DENIED, FAILED, UNDER_REVIEW or RETURNED, or was its time by law near?</summary>
    public bool Troubled { get; init; }
    public Guid? CaseId { get; init; }
    public Guid? ComplaintId { get; init; }
    public Guid? FaultId { get; init; }
    public Guid? RideId { get; init; }
    public Guid? PaymentId { get; init; }
    public Guid? VehicleId { get; init; }
    public Guid? RiderId { get; init; }

    /// <summary>What a message about it says, as JSON.</summary>
    public string ToldValues { get; init; } = "{}";

    /// <summary>The last revision that a person closed with the case.</summary>
    public long ClosedRevision { get; init; }
    public long Revision { get; init; }
}
