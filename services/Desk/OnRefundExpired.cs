using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>Nobody agreed in time: the part is closed, and who paid hears so.</summary>
public static class OnRefundExpired
{
    public static Task Handle(RefundExpired evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
