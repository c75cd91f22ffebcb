using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>It was taken back, or a stop came first: the part is closed, and who paid hears so.</summary>
public static class OnRefundWithdrawn
{
    public static Task Handle(RefundWithdrawn evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
