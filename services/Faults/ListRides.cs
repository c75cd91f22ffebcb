using System.Globalization;
using Mobility.Faults.V1;
using Mobility.Platform.Rpc;

namespace Mobility.Faults;

/// <summary>Lists rides, latest start first; a rider sees own ones only.</summary>
public static class ListRides
{
    private const int KeyParts = 2;

    /// <summary>As long as a code may be typed; one that no vehicle bears lists nothing.</summary>
    private const int CodeLength = 32;

    /// <summary>The end of the year 9999.</summary>
    private const long LastMillisecond = 253_402_300_799_999;

    public static async Task<ListRidesResponse> Handle(ListRidesRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        question.PageSize = 0;
        question.PageToken = "";
        var after = After(PageToken.Read(request.PageToken, question, KeyParts, check), check);
        var rider = check.NameOf(client, request.Rider, "rider", Names.Riders);
        var vehicle = check.NameOf(client, request.Vehicle, "vehicle", Names.Vehicles);
        var code = Vehicle.CanonicalCode(check.Text(request.PrintedCode, "printed_code", 0, CodeLength));
        check.That(
            request.PrintedCode.Length == 0 || request.Vehicle.Length == 0,
            "printed_code",
            "must be unset when vehicle is set"
        );
        check.Done();
        var filter = new RideFilter(
            rider?.Id,
            call.Caller.IsRider ? Own(call, client.Id) : null,
            vehicle?.Id,
            request.PrintedCode.Length == 0 ? null : code,
            after?.Time,
            after?.Id,
            // One more than asked for tells whether there is another page.
            size + 1
        );
        var rows = await call.Read(client.Id, tx => RideTable.Page(tx, filter));
        var reply = new ListRidesResponse { Rides = { rows.Take(size).Select(Replies.Of) } };
        if (rows.Count > size)
        {
            reply.NextPageToken = PageToken.Write(question, KeyOf(rows[size - 1]));
        }

        return reply;
    }

    /// <summary>The rider who calls; nobody's id when the account is one of another client.</summary>
    private static Guid Own(Call call, string clientId) =>
        ResourceName.TryParse(call.Caller.Subject, Names.Riders, out var rider) && rider.ClientId == clientId
            ? rider.Id
            : Guid.Empty;

    private static string[] KeyOf(Ride ride) =>
        [ride.StartTime.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), ride.Id.ToString()];

    /// <summary>A token is not signed: whoever makes one up gets a violation, not an error of ours.</summary>
    private static (DateTimeOffset Time, Guid Id)? After(IReadOnlyList<string>? keys, Check check)
    {
        if (keys is null)
        {
            return null;
        }

        var right =
            long.TryParse(keys[0], CultureInfo.InvariantCulture, out var milliseconds)
            & Guid.TryParseExact(keys[1], "D", out var id);
        right &= milliseconds is >= 0 and <= LastMillisecond;
        check.That(right, "page_token", "must come from the page before, with all other arguments the same");
        return right ? (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id) : null;
    }
}
