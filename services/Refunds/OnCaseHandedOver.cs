using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>A case went to the lead; what it is about comes along.</summary>
public static class OnCaseHandedOver
{
    public static Task Handle(CaseHandedOver evt, Tx tx) => CaseCopies.Take(tx, evt.Case);
}
