using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>A fault was repaired.</summary>
public static class OnFaultResolved
{
    public static Task Handle(FaultResolved evt, Tx tx) => FactCopies.Take(tx, evt.Fault);
}
