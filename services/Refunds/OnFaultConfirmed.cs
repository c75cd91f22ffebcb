using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>A person confirmed a fault: evidence for later requests.</summary>
public static class OnFaultConfirmed
{
    public static Task Handle(FaultConfirmed evt, Tx tx) => FactCopies.Take(tx, evt.Fault);
}
