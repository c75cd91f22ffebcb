using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>Evidence has to come: the part is open until then.</summary>
public static class OnRefundAwaitingEvidence
{
    public static Task Handle(RefundAwaitingEvidence evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
