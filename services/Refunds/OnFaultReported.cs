using Mobility.Faults.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>A rider said that the lock stayed shut: with the ride and its payment that may be a refund.</summary>
public static class OnFaultReported
{
    public static Task Handle(FaultReported evt, Tx tx) => FactCopies.Take(tx, evt.Fault);
}
