using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>No machine can find out what became of it: the part is open until a person or late proof closes
/// it.</summary>
public static class OnRefundReviewNeeded
{
    public static Task Handle(RefundReviewNeeded evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
