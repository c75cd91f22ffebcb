using System.Globalization;
using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Lists cases, newest first.</summary>
public static class ListCases
{
    private const int KeyParts = 2;

    public static async Task<ListCasesResponse> Handle(ListCasesRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        (question.PageSize, question.PageToken) = (0, "");
        var after = TimeKey.Read(PageToken.Read(request.PageToken, question, KeyParts, check), check);
        check.That(Enum.IsDefined(request.State), "state", "must be a known state or unset");
        var owner = Owner(request.Owner, check);
        var part = Part(request.Part, client.Id, check);
        var rider = check.NameOf(client, request.Rider, "rider", Names.Riders);
        check.Done();
        return await call.Read(
            client.Id,
            async tx =>
            {
                var rows = await Rows(
                    tx,
                    new
                    {
                        tx.ClientId,
                        State = (int)request.State,
                        Owner = owner,
                        PartKind = (int?)part?.Kind,
                        PartId = part?.Id,
                        Rider = rider?.Id,
                        after?.Time,
                        after?.Id,
                        // One more than asked for tells whether there is another page.
                        Limit = size + 1,
                    }
                );
                var reply = new ListCasesResponse { Cases = { await CaseReply.Rows(tx, [.. rows.Take(size)]) } };
                if (rows.Count > size)
                {
                    var last = rows[size - 1];
                    reply.NextPageToken = PageToken.Write(question, TimeKey.Of(last.CreateTime, last.Id));
                }

                return reply;
            }
        );
    }

    private static Task<IReadOnlyList<Case>> Rows(Tx tx, object args) =>
        tx.List<Case>(
            """
            SELECT * FROM cases c
            WHERE c.client_id = @ClientId
                AND (@State = 0 OR c.state = @State)
                AND (@Owner::uuid IS NULL OR c.owner_id = @Owner::uuid)
                AND (@Rider::uuid IS NULL OR c.rider_id = @Rider::uuid)
                AND (@PartId::uuid IS NULL OR EXISTS (
                    SELECT 1 FROM case_parts p WHERE p.client_id = @ClientId AND p.kind = @PartKind::integer
                        AND p.thing_id = @PartId::uuid AND p.case_id = c.id))
                AND (@Id::uuid IS NULL OR (c.create_time, c.id) < (@Time::timestamptz, @Id::uuid))
            ORDER BY c.create_time DESC, c.id DESC
            LIMIT @Limit
            """,
            args
        );

    private static Guid? Owner(string text, Check check)
    {
        var right = ResourceName.TryParseTop(text, "people", out var person);
        check.That(right || text.Length == 0, "owner", "must have the form people/{uuid}");
        return right ? person : null;
    }

    private static (CaseKind Kind, Guid Id)? Part(string text, string clientId, Check check)
    {
        var collection = text.Split('/') is [_, _, var plural, _] ? plural : "";
        var kind = CasePart.KindOf(collection);
        var right = ResourceName.TryParse(text, collection, out var name) && kind is not null;
        check.That(
            right || text.Length == 0,
            "part",
            "must be the name of a fault, complaint, refund or contact, clients/{client}/refunds/{uuid} for example"
        );
        var same = !right || clientId.Length == 0 || string.Equals(name.ClientId, clientId, StringComparison.Ordinal);
        check.That(same, "part", "must belong to the same client");
        return right ? (kind!.Value, name.Id) : null;
    }
}

/// <summary>The sort key of lists that show the newest first: a time and an id that breaks ties.</summary>
internal sealed record TimeKey(DateTimeOffset Time, Guid Id)
{
    /// <summary>The end of the year 9999.</summary>
    private const long LastMillisecond = 253_402_300_799_999;

    public static string[] Of(DateTimeOffset time, Guid id) =>
        [time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), id.ToString()];

    /// <summary>A token is not signed: whoever makes one up gets a violation, not an error of ours.</summary>
    public static TimeKey? Read(IReadOnlyList<string>? keys, Check check)
    {
        if (keys is null)
        {
            return null;
        }

        var right = long.TryParse(keys[0], CultureInfo.InvariantCulture, out var milliseconds);
        right &= Guid.TryParseExact(keys[1], "D", out var id) & milliseconds is >= 0 and <= LastMillisecond;
        check.That(right, "page_token", "must come from the page before, with all other arguments the same");
        return right ? new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id) : null;
    }
}
