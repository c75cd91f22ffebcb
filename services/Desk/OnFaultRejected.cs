using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>It is not real: its part is closed.</summary>
public static class OnFaultRejected
{
    public static Task Handle(FaultRejected evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Fault));
}
