using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Asks for a refund; what the delegation does not allow is stored as DENIED with every reason.</summary>
public static class CreateRefund
{
    public static async Task<V1.Refund> Handle(CreateRefundRequest request, Call call, AdmissionQueue queue)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var asked = RefundRequest.Read(check, client, request.Refund);
        check.RequestId(request.RequestId);
        if (!check.IsClean && ResourceName.ClientOf(request.Parent) is { } clientId)
        {
            // Admission reads the standing under lock. Who has none hears of nothing else, of no violation either.
            await Standing(clientId);
        }
        check.Done();
        asked = asked with { RequestId = Guid.Parse(request.RequestId) };
        return await queue.Admit(
            call,
            client.Id,
            call.OnceKey(client.Id, request.RequestId, request),
            asked,
            async () =>
            {
                // Nor does such a caller hear what came of a request that is known.
                await Standing(client.Id);
                return await call.Once(client.Id, request.RequestId, request, tx => Create(tx, asked, call));
            }
        );

        Task<MemberRow> Standing(string clientId) =>
            call.Read(clientId, tx => MemberTable.Standing(tx, call.Caller, locked: false));
    }

    private static async Task<V1.Refund> Create(Tx tx, RefundAsked asked, Call call)
    {
        // The stored reply goes after 30 days; money must not go twice after it.
        if (await RefundTable.OfRequest(tx, call.Caller.Subject, asked.RequestId!.Value) is { } known)
        {
            return RefundAsked.Of(known) == asked ? RefundWire.Of(known) : throw Once.Reused();
        }
        return RefundWire.Of(await Admission.Admit(tx, asked, call.Caller));
    }
}
