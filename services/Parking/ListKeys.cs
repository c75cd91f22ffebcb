using System.Globalization;
using Google.Protobuf;
using Mobility.Platform.Rpc;

namespace Mobility.Parking;

/// <summary>The sort key of lists that go newest first: the time, then the id.</summary>
public readonly record struct ListKeys(DateTimeOffset Time, Guid Id)
{
    private const int Parts = 2;

    /// <summary>The end of the year 9999.</summary>
    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>The key after which to go on; null for the first page. A token is not signed: whoever makes one up
    /// gets a violation, not an error of ours.</summary>
    public static ListKeys? Read(string token, IMessage question, Check check)
    {
        if (PageToken.Read(token, question, Parts, check) is not { } keys)
        {
            return null;
        }

        var right =
            long.TryParse(keys[0], CultureInfo.InvariantCulture, out var milliseconds)
            & Guid.TryParseExact(keys[1], "D", out var id);
        right &= milliseconds is >= 0 and <= LastMillisecond;
        check.That(right, "page_token", "must come from the page before, with all other arguments the same");
        return right ? new ListKeys(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id) : null;
    }

    /// <summary>The token of the next page.</summary>
    public string Token(IMessage question) =>
        PageToken.Write(question, Time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), Id.ToString());
}
