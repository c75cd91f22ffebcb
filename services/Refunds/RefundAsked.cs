using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What is asked for; the amount in minor units. RideId is set for a ride to end only, VehicleId for a vehicle
/// to lock only, PaymentId for all else.</summary>
public sealed record RefundAsked
{
    public required Guid? PaymentId { get; init; }
    public Guid? RideId { get; init; }
    public Guid? VehicleId { get; init; }
    public required Guid? FaultId { get; init; }
    public Guid? ComplaintId { get; init; }
    public Guid? CaseId { get; init; }
    public required RefundAction Action { get; init; }
    public required string Reason { get; init; }
    public required long Amount { get; init; }
    public required string Note { get; init; }

    /// <summary>The refund that came back and that this one is in place of.</summary>
    public Guid? Replaces { get; init; }

    /// <summary>The caller's id of the request; null for a quote and for what the service itself asks.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>What a refund was asked for as.</summary>
    public static RefundAsked Of(RefundRow row) =>
        new()
        {
            PaymentId = row.Refund.PaymentId,
            RideId = row.Action == RefundAction.EndRide ? row.RideId : null,
            VehicleId = row.Action == RefundAction.LockVehicle ? row.VehicleId : null,
            FaultId = row.FaultId,
            ComplaintId = row.ComplaintId,
            CaseId = row.CaseId,
            Action = row.Action,
            Reason = row.Reason,
            Amount = row.Refund.Amount,
            Note = row.Note,
            Replaces = row.Replaces,
            RequestId = row.RequestId,
        };
}
