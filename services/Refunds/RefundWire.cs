using Google.Protobuf.WellKnownTypes;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A refund as the protos write it.</summary>
public static class RefundWire
{
    public static string NameOf(Refund refund) => Name(refund.ClientId, "refunds", refund.RefundId);

    public static V1.Refund Of(RefundRow row)
    {
        var refund = row.Refund;
        return new V1.Refund
        {
            Name = NameOf(refund),
            Payment = Name(refund.ClientId, "payments", refund.PaymentId),
            Action = row.Action,
            Reason = row.Reason,
            Amount = new Money(refund.Amount, row.Currency).ToWire(),
            Fault = row.FaultId is { } fault ? Name(refund.ClientId, "faults", fault) : "",
            Note = row.Note,
            Ride = Name(refund.ClientId, "rides", row.RideId),
            Customer = Name(refund.ClientId, "riders", row.CustomerId),
            RequestedBy = row.RequestedBy,
            State = refund.State,
            Decision = row.Decision,
            GatewayTransactionKey = refund.GatewayTransactionKey,
            GatewayCode = refund.GatewayCode,
            AttemptCount = refund.AttemptCount,
            CreateTime = row.CreateTime.ToTimestamp(),
            UpdateTime = refund.UpdateTime.ToTimestamp(),
            SettleTime = refund.SettleTime?.ToTimestamp(),
            Revision = refund.Revision,
            Etag = $"\"{refund.Revision}\"",
        };
    }

    /// <summary>As the caller may see it: what colleagues note is not for the customer.</summary>
    public static V1.Refund For(Caller caller, RefundRow row)
    {
        var refund = Of(row);
        refund.Note = caller.IsRider ? "" : refund.Note;
        return refund;
    }

    /// <summary>What an event says of it: no note.</summary>
    public static RefundSnapshot Snapshot(RefundRow row)
    {
        var refund = Of(row);
        var snapshot = new RefundSnapshot
        {
            Refund = refund.Name,
            Revision = refund.Revision,
            Payment = refund.Payment,
            Ride = refund.Ride,
            Customer = refund.Customer,
            Fault = refund.Fault,
            Action = refund.Action,
            Reason = refund.Reason,
            Amount = refund.Amount,
            State = refund.State,
            RequestedBy = refund.RequestedBy,
            UpdateTime = refund.UpdateTime,
        };
        var codes = refund.Decision.FailedConditions.Select(failed => failed.Code).Distinct(StringComparer.Ordinal);
        snapshot.FailedConditionCodes.AddRange(codes);
        return snapshot;
    }

    private static string Name(string clientId, string collection, Guid id) =>
        new ResourceName(clientId, collection, id).ToString();
}
