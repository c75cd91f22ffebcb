using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>A case was opened: a budget for each case may count under it from now on.</summary>
public static class OnCaseOpened
{
    public static Task Handle(CaseOpened evt, Tx tx) => CaseCopies.Take(tx, evt.Case);
}
