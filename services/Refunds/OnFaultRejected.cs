using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>A fault was not real: it is no evidence any more.</summary>
public static class OnFaultRejected
{
    public static Task Handle(FaultRejected evt, Tx tx) => FactCopies.Take(tx, evt.Fault);
}
