using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>Money that is owed by law is not back and its time is near: whoever asked for it, it is somebody's case
/// from now on.</summary>
public static class OnRefundDueAlerted
{
    public static Task Handle(RefundDueAlerted evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Refund) with { Troubled = true });
}
