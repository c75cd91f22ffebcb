using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>What was held until a person looked may ground the vehicle by now.</summary>
public static class OnFaultConfirmed
{
    public static Task Handle(FaultConfirmed evt, Tx tx) => Matters.Take(tx, Snapshots.Copy(tx, evt.Fault));
}
