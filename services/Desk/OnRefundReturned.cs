using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>What was paid back came back: the part is open again until a person closes it, and who paid hears
/// so.</summary>
public static class OnRefundReturned
{
    public static Task Handle(RefundReturned evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
