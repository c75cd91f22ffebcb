using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>The delegation did not allow it: who asked has the answer; what the machine tried waits for a
/// person.</summary>
public static class OnRefundDenied
{
    public static Task Handle(RefundDenied evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
