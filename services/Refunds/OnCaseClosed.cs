using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>A case was closed; what was asked for in it stays counted there.</summary>
public static class OnCaseClosed
{
    public static Task Handle(CaseClosed evt, Tx tx) => CaseCopies.Take(tx, evt.Case);
}
