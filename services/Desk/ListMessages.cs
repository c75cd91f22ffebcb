using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Lists messages, newest first: a rider's own inbox, or what people were told in a case.</summary>
public static class ListMessages
{
    private const int KeyParts = 2;

    public static async Task<ListMessagesResponse> Handle(ListMessagesRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        (question.PageSize, question.PageToken) = (0, "");
        var after = TimeKey.Read(PageToken.Read(request.PageToken, question, KeyParts, check), check);
        var isRider = call.Caller.IsRider;
        var caseName = check.NameOf(client, request.Case, "case", Names.Cases);
        check.That(isRider || request.Case.Length > 0, "case", "must be set");
        check.That(!isRider || request.Case.Length == 0, "case", "must be empty: riders have an inbox");
        check.Done();
        return await call.Read(
            client.Id,
            async tx =>
            {
                var args = new
                {
                    tx.ClientId,
                    Recipient = call.Caller.Subject,
                    Case = caseName?.Id,
                    request.Subject,
                    after?.Time,
                    after?.Id,
                    Limit = size + 1,
                };
                var rows = await (isRider ? Inbox(tx, args) : OfCase(tx, args));
                var reply = new ListMessagesResponse
                {
                    Messages = { rows.Take(size).Select(row => (row with { CaseId = caseName?.Id }).ToWire()) },
                };
                if (rows.Count > size)
                {
                    var last = rows[size - 1];
                    reply.NextPageToken = PageToken.Write(question, TimeKey.Of(last.CreateTime, last.Id));
                }

                return reply;
            }
        );
    }

    /// <summary>A rider reads what was delivered; what waits for the morning is not there yet.</summary>
    private static Task<IReadOnlyList<MessageRow>> Inbox(Tx tx, object args) =>
        tx.List<MessageRow>(
            """
            SELECT * FROM messages
            WHERE client_id = @ClientId AND recipient = @Recipient AND state = 2
                AND (@Subject = '' OR subject = @Subject)
                AND (@Id::uuid IS NULL OR (create_time, id) < (@Time::timestamptz, @Id::uuid))
            ORDER BY create_time DESC, id DESC LIMIT @Limit
            """,
            args
        );

    /// <summary>Messages that name the case, and those about what belongs to it now.</summary>
    private static Task<IReadOnlyList<MessageRow>> OfCase(Tx tx, object args) =>
        tx.List<MessageRow>(
            """
            SELECT * FROM messages
            WHERE client_id = @ClientId
                AND (case_id = @Case::uuid OR (case_id IS NULL AND (subject_kind, subject_id) IN (
                    SELECT kind, thing_id FROM case_parts WHERE client_id = @ClientId AND case_id = @Case::uuid)))
                AND (@Subject = '' OR subject = @Subject)
                AND (@Id::uuid IS NULL OR (create_time, id) < (@Time::timestamptz, @Id::uuid))
            ORDER BY create_time DESC, id DESC LIMIT @Limit
            """,
            args
        );
}
