using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>What came back was replaced: the part is closed, and who paid heard so of the one in its place.</summary>
public static class OnRefundClosed
{
    public static Task Handle(RefundClosed evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
