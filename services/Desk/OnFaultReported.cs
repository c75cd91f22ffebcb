using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>A fault that endangers somebody opens a case; a rider hears that the own report came.</summary>
public static class OnFaultReported
{
    public static Task Handle(FaultReported evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Fault), Telling.Of(Templates.FaultReceived, evt.Fault));
}
