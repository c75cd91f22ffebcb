using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Lists the refunds of a client, newest first; a rider sees own ones only.</summary>
public static class ListRefunds
{
    public static Task<ListRefundsResponse> Handle(ListRefundsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        question.PageSize = 0;
        question.PageToken = "";
        var after = PageKey.Read(request.PageToken, question, check);
        check.That(Enum.IsDefined(request.State), "state", "must be a known value");
        var filter = new RefundFilter(
            request.State == RefundState.Unspecified ? null : request.State.ToString(),
            check.NameOf(client, request.Payment, "payment", "payments")?.Id,
            check.NameOf(client, request.Ride, "ride", "rides")?.Id,
            call.Caller.IsRider ? RiderId(call, client.Id) : null,
            after?.Time,
            after?.Id,
            size + 1
        );
        check.Done();
        return call.Read(
            client.Id,
            async tx =>
            {
                var rows = await RefundTable.Page(tx, filter);
                var page = new ListRefundsResponse();
                var shown = await PresentRequest.Of(tx, [.. rows.Take(size)]);
                page.Refunds.AddRange(shown.Select(row => RefundWire.For(call.Caller, row)));
                page.NextPageToken =
                    rows.Count > size
                        ? PageKey.Write(question, rows[size - 1].CreateTime, rows[size - 1].Refund.RefundId)
                        : "";
                return page;
            }
        );
    }

    /// <summary>The rider who calls; nobody's id when the token names a rider of another client.</summary>
    public static Guid RiderId(Call call, string clientId) =>
        ResourceName.TryParse(call.Caller.Subject, "riders", out var rider) && rider.ClientId == clientId
            ? rider.Id
            : Guid.Empty;
}
