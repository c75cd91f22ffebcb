using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>
/// Hands an open case to the lead on duty at once, with all that is known of it; to the deputy when no lead is on duty.
/// The agent has a free hand for the next caller.
/// </summary>
public static class HandOverCase
{
    public static Task<V1.Case> Handle(HandOverCaseRequest request, Call call)
    {
        var check = new Check(call);
        var reason = check.Text(request.Reason, "reason", 1, Limits.TextLength);
        return new CaseChange(request.Name, Etag: "", request.RequestId, request).Take(
            call,
            check,
            async (tx, before) =>
            {
                await CaseBook.HandOver(tx, before, call.Caller.Subject);
                await CaseLogTable.AddNote(tx, before.Id, reason, call.Caller.Subject);
            }
        );
    }
}
