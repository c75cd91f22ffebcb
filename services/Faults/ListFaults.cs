using System.Globalization;
using Mobility.Faults.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Lists faults: first those that wait for a person's decision, then newest first.</summary>
public static class ListFaults
{
    private const int KeyParts = 3;

    /// <summary>The end of the year 9999.</summary>
    private const long LastMillisecond = 253_402_300_799_999;

    public static async Task<ListFaultsResponse> Handle(ListFaultsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = Question(request);
        var after = After(PageToken.Read(request.PageToken, question, KeyParts, check), check);
        check.That(Enum.IsDefined(request.State), "state", "must be a known state or unset");
        check.That(Enum.IsDefined(request.Grounding), "grounding", "must be a known grounding or unset");
        var vehicle = check.NameOf(client, request.Vehicle, "vehicle", Names.Vehicles);
        check.Done();
        var rows = await call.Read(
            client.Id,
            tx =>
                Rows(
                    tx,
                    new
                    {
                        tx.ClientId,
                        Reporter = OnlyReporter(call, client.Id),
                        State = (int)request.State,
                        Grounding = (int)request.Grounding,
                        Vehicle = vehicle?.Id,
                        after?.Held,
                        after?.Time,
                        after?.Id,
                        // One more than asked for tells whether there is another page.
                        Limit = size + 1,
                    }
                )
        );
        var reply = new ListFaultsResponse { Faults = { rows.Take(size).Select(Replies.Of) } };
        if (rows.Count > size)
        {
            reply.NextPageToken = PageToken.Write(question, KeyOf(rows[size - 1]));
        }

        return reply;
    }

    private static Task<IReadOnlyList<Fault>> Rows(Tx tx, object args) =>
        tx.List<Fault>(
            """
            SELECT * FROM faults
            WHERE client_id = @ClientId
                AND (@Reporter::uuid IS NULL OR reporter_id = @Reporter::uuid)
                AND (@State = 0 OR state = @State)
                AND (@Grounding = 0 OR grounding = @Grounding)
                AND (@Vehicle::uuid IS NULL OR vehicle_id = @Vehicle::uuid)
                AND (@Held::boolean IS NULL OR (held, create_time, id)
                    < (@Held::boolean, @Time::timestamptz, @Id::uuid))
            ORDER BY held DESC, create_time DESC, id DESC
            LIMIT @Limit
            """,
            args
        );

    /// <summary>A rider sees own faults only; the account of another client owns none here.</summary>
    private static Guid? OnlyReporter(Call call, string clientId) =>
        !call.Caller.IsRider ? null
        : ResourceName.TryParse(call.Caller.Subject, Names.Riders, out var rider) && rider.ClientId == clientId
            ? rider.Id
        : Guid.Empty;

    private static ListFaultsRequest Question(ListFaultsRequest request)
    {
        var question = request.Clone();
        question.PageSize = 0;
        question.PageToken = "";
        return question;
    }

    private static string[] KeyOf(Fault fault) =>
        [
            fault.IsHeld ? "held" : "free",
            fault.CreateTime.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            fault.Id.ToString(),
        ];

    /// <summary>A token is not signed: whoever makes one up gets a violation, not an error of ours.</summary>
    private static (bool Held, DateTimeOffset Time, Guid Id)? After(IReadOnlyList<string>? keys, Check check)
    {
        if (keys is null)
        {
            return null;
        }

        var right =
            long.TryParse(keys[1], CultureInfo.InvariantCulture, out var milliseconds)
            & Guid.TryParseExact(keys[2], "D", out var id);
        right &= milliseconds is >= 0 and <= LastMillisecond;
        check.That(right, "page_token", "must come from the page before, with all other arguments the same");
        return right ? (keys[0] is "held", DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id) : null;
    }
}
