using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>The money is back: the part is closed, and who paid hears so.</summary>
public static class OnRefundSettled
{
    public static Task Handle(RefundSettled evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Refund), Telling.Of(Templates.RefundSettled, evt.Refund));
}
