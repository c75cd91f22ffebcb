using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>It is repaired: its part is closed, and the rider who reported it hears so.</summary>
public static class OnFaultResolved
{
    public static Task Handle(FaultResolved evt, Tx tx) =>
        Matters.Take(tx, Snapshots.Copy(tx, evt.Fault), Telling.Of(Templates.FaultResolved, evt.Fault));
}
