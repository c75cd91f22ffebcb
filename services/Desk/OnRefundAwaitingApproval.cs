using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>A second person has to agree: the part is open until then.</summary>
public static class OnRefundAwaitingApproval
{
    public static Task Handle(RefundAwaitingApproval evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
