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
        var wire = new V1.Refund
        {
            Name = NameOf(refund),
            Payment = Name(refund.ClientId, "payments", refund.PaymentId),
            Action = row.Action,
            Reason = row.Reason,
            Amount = Actions.HasAmount(row.Action) ? new Money(refund.Amount, row.Currency).ToWire() : null,
            Fault = Name(refund.ClientId, "faults", row.FaultId),
            Complaint = Name(refund.ClientId, "complaints", row.ComplaintId),
            Case = Name(refund.ClientId, "cases", row.CaseId),
            Vehicle = Name(refund.ClientId, "vehicles", row.VehicleId),
            Note = row.Note,
            Replaces = Name(refund.ClientId, "refunds", row.Replaces),
            ReplacedBy = Name(refund.ClientId, "refunds", refund.ReplacedBy),
            Ride = Name(refund.ClientId, "rides", row.RideId),
            Customer = Name(refund.ClientId, "riders", row.CustomerId),
            RequestedBy = row.RequestedBy,
            State = refund.State,
            Decision = row.LatestDecision,
            RequestHash =
                row.Present?.Hash() ?? (row.Approvals.IsEmpty ? row.RequestHash : row.Approvals[^1].RequestHash),
            AwaitedRole = refund.AwaitedRole,
            ExpireTime = refund.ExpireTime?.ToTimestamp(),
            DeclinedBy = refund.DeclinedBy,
            DeclineNote = refund.DeclineNote,
            GatewayTransactionKey = refund.GatewayTransactionKey,
            GatewayCode = refund.GatewayCode,
            AttemptCount = refund.AttemptCount,
            NextSendTime = refund.NextSendTime?.ToTimestamp(),
            CreateTime = row.CreateTime.ToTimestamp(),
            UpdateTime = refund.UpdateTime.ToTimestamp(),
            SettleTime = refund.SettleTime?.ToTimestamp(),
            VatAmount = refund.VatAmount is { } vat ? new Money(vat, row.Currency).ToWire() : null,
            // As was counted first: what an approval decides later moves no time of the law.
            DueTime = row.Decision.DueTime,
            CalendarVersion = row.Decision.CalendarVersion,
            LateInterest = StatutoryClock.InterestOf(row) is { } late ? new Money(late, row.Currency).ToWire() : null,
            Revision = refund.Revision,
            Etag = $"\"{refund.Revision}\"",
        };
        wire.Approvals.AddRange(row.Approvals.Select(Of));
        if (row.Present is { } now)
        {
            wire.ChangedParts.AddRange(SignedRequest.Read(row.SignedRequest).ChangedIn(now));
        }
        wire.Resolutions.AddRange(row.Resolutions.Select(Of));
        return wire;
    }

    /// <summary>As the caller may see it: what colleagues note and estimate is not for the customer.</summary>
    public static V1.Refund For(Caller caller, RefundRow row)
    {
        var refund = Of(row);
        if (caller.IsRider)
        {
            refund.Note = "";
            refund.DeclineNote = "";
            refund.LateInterest = null;
            refund.Resolutions.Clear();
        }
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
            Complaint = refund.Complaint,
            Case = refund.Case,
            Vehicle = refund.Vehicle,
            AwaitedRole = refund.AwaitedRole,
            VatAmount = refund.VatAmount,
            UpdateTime = refund.UpdateTime,
            Replaces = refund.Replaces,
            ReplacedBy = refund.ReplacedBy,
        };
        if (refund.State != RefundState.Denied)
        {
            return snapshot;
        }
        var codes = refund.Decision.FailedConditions.Select(failed => failed.Code).Distinct(StringComparer.Ordinal);
        snapshot.FailedConditionCodes.AddRange(codes);
        return snapshot;
    }

    private static V1.Approval Of(ApprovalRow row) =>
        new()
        {
            Person = row.Person,
            Role = row.Role,
            RequestHash = row.RequestHash,
            CreateTime = row.CreateTime.ToTimestamp(),
        };

    private static Resolution Of(ResolutionRow row) =>
        new()
        {
            Person = row.Person,
            Role = row.Role,
            Outcome = row.Outcome,
            GatewayTransactionKey = row.GatewayTransactionKey,
            Evidence = row.Evidence,
            CreateTime = row.CreateTime.ToTimestamp(),
        };

    private static string Name(string clientId, string collection, Guid? id) =>
        id is { } known ? new ResourceName(clientId, collection, known).ToString() : "";
}
