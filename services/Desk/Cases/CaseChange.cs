using Google.Protobuf;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>What a person does with a case: the frame that notes, assigning, handing over and closing share.</summary>
/// <param name="Name">The case.</param>
/// <param name="Etag">What the caller saw; empty for whatever it is now.</param>
/// <param name="RequestId">The caller's own id.</param>
/// <param name="Request">The whole request.</param>
internal sealed record CaseChange(string Name, string Etag, string RequestId, IMessage Request)
{
    /// <summary>Changes the case once, with nobody else changing cases of the client, and returns it whole.</summary>
    public Task<V1.Case> Take(Call call, Check check, Func<Tx, Case, Task> change)
    {
        var name = check.Name(Name, "name", Names.Cases);
        check.RequestId(RequestId);
        check.Done();
        return call.Once(
            name.ClientId,
            RequestId,
            Request,
            async tx =>
            {
                await change(tx, await CaseTable.Get(tx, name, Etag));
                return await CaseReply.Whole(tx, (await CaseTable.Find(tx, name.Id))!);
            }
        );
    }
}
