using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>The gateway refused it for good: the part is open until a person closes it, and who paid hears
/// so.</summary>
public static class OnRefundFailed
{
    public static Task Handle(RefundFailed evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
