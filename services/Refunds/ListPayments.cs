using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Lists payments, latest approval first; a rider sees own ones only.</summary>
public static class ListPayments
{
    public static async Task<ListPaymentsResponse> Handle(ListPaymentsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        question.PageSize = 0;
        question.PageToken = "";
        var after = PageKey.Read(request.PageToken, question, check);
        var filter = new PaymentFilter(
            check.NameOf(client, request.Ride, "ride", "rides")?.Id,
            check.NameOf(client, request.Customer, "customer", "riders")?.Id,
            call.Caller.IsRider ? ListRefunds.RiderId(call, client.Id) : null,
            after?.Time,
            after?.Id,
            // One more than asked for tells whether there is another page.
            size + 1
        );
        check.Done();
        var rows = await call.Read(client.Id, tx => PaymentTable.Page(tx, filter));
        var page = new ListPaymentsResponse();
        page.Payments.AddRange(rows.Take(size).Select(row => PaymentWire.Of(client, row)));
        page.NextPageToken =
            rows.Count > size ? PageKey.Write(question, rows[size - 1].ApproveTime, rows[size - 1].PaymentId) : "";
        return page;
    }
}
