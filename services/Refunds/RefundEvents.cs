using Google.Protobuf;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Which states of a refund others are told of.</summary>
public static class RefundEvents
{
    public static void Publish(Tx tx, RefundRow row)
    {
        var snapshot = RefundWire.Snapshot(row);
        IMessage? evt = row.Refund.State switch
        {
            RefundState.AwaitingEvidence => new RefundAwaitingEvidence { Refund = snapshot },
            RefundState.AwaitingApproval => new RefundAwaitingApproval { Refund = snapshot },
            RefundState.Approved when row.Refund.AttemptCount == 0 => new RefundApproved { Refund = snapshot },
            RefundState.Denied => new RefundDenied { Refund = snapshot },
            RefundState.Declined => new RefundDeclined { Refund = snapshot },
            RefundState.Expired => new RefundExpired { Refund = snapshot },
            RefundState.Withdrawn => new RefundWithdrawn { Refund = snapshot },
            RefundState.Settled => new RefundSettled { Refund = snapshot },
            RefundState.Failed => new RefundFailed { Refund = snapshot },
            RefundState.Returned => new RefundReturned { Refund = snapshot },
            RefundState.Closed => new RefundClosed { Refund = snapshot },
            RefundState.UnderReview => new RefundReviewNeeded { Refund = snapshot },
            _ => null,
        };
        if (evt is not null)
        {
            tx.Publish(evt, snapshot.Refund);
        }
    }
}
