using Mobility.Desk.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Returns one case with everything about it, as the lead who takes it over needs it.</summary>
public static class GetCase
{
    public static async Task<V1.Case> Handle(GetCaseRequest request, Call call)
    {
        var check = new Check(call);
        var name = check.Name(request.Name, "name", Names.Cases);
        check.Done();
        return await call.Read(
            name.ClientId,
            async tx =>
                await CaseTable.Find(tx, name.Id) is { } found
                    ? await CaseReply.Whole(tx, found)
                    : throw CaseTable.NotFound(name)
        );
    }
}
