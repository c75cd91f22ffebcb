using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>A second person said no: the part is closed, and who paid hears so.</summary>
public static class OnRefundDeclined
{
    public static Task Handle(RefundDeclined evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Refund), Telling.Of(Templates.RefundDeclined, evt.Refund));
}
