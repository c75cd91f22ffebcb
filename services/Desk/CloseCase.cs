using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Closes a case, and says what the person needed. What waits for another service keeps it open.</summary>
public static class CloseCase
{
    /// <summary>Open parts that the refusal names.</summary>
    private const int PartsNamed = 20;

    public static Task<V1.Case> Handle(CloseCaseRequest request, Call call)
    {
        var check = new Check(call);
        var need = check.Known(request.Need, "need");
        var note = check.Text(request.Note, "note", 0, Limits.TextLength);
        return new CaseChange(request.Name, request.Etag, request.RequestId, request).Take(
            call,
            check,
            async (tx, before) =>
            {
                var after = before.Close(need, tx.Now);
                await CloseParts(tx, before, call.Caller.Subject);
                if (note.Length > 0)
                {
                    await CaseLogTable.AddNote(tx, before.Id, note, call.Caller.Subject);
                }

                await CaseTable.Save(tx, after);
                await CaseBook.Closed(tx, after, call.Caller.Subject);
            }
        );
    }

    private static async Task CloseParts(Tx tx, Case before, string actor)
    {
        var parts = await PartTable.OfCase(tx, before.Id);
        var waiting = parts.Where(part => part.WaitsFor == WaitsFor.ItsService).Select(part => part.Name).ToList();
        if (waiting.Count > 0)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.CaseHasOpenParts,
                "Something that belongs to the case is not finished yet.",
                ("parts", string.Join(' ', waiting.Take(PartsNamed)))
            );
        }

        await PartTable.CloseByPerson(tx, before.Id);
        foreach (var part in parts.Where(part => part.IsOpen))
        {
            await CaseLogTable.Add(tx, before.Id, CaseLogKind.PartClosed, actor, part.Name);
        }
    }
}
