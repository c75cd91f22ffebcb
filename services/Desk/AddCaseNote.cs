using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Adds a note that customers never see; to a closed case too.</summary>
public static class AddCaseNote
{
    public static Task<V1.Case> Handle(AddCaseNoteRequest request, Call call)
    {
        var check = new Check(call);
        var text = check.Text(request.Note?.Text ?? "", "note.text", 1, Limits.TextLength);
        return new CaseChange(request.Name, Etag: "", request.RequestId, request).Take(
            call,
            check,
            async (tx, before) =>
            {
                await CaseLogTable.AddNote(tx, before.Id, text, call.Caller.Subject);
                await CaseTable.Save(tx, before.Changed(tx.Now));
            }
        );
    }
}
