using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>What a case is about became known, or is something else now.</summary>
public static class OnCaseSubjectChanged
{
    public static Task Handle(CaseSubjectChanged evt, Tx tx) => CaseCopies.Take(tx, evt.Case);
}
