using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>It waits for the gateway: a person's request is part of a case, the machine's needs nobody.</summary>
public static class OnRefundApproved
{
    public static Task Handle(RefundApproved evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Refund));
}
