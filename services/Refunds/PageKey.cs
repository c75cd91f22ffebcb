using System.Globalization;
using Google.Protobuf;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>What a page token of this service's lists holds: time and id of the row that a page ended with.</summary>
public static class PageKey
{
    private const int Parts = 2;

    /// <summary>Null on the first page; a forged token may hold anything and is a violation.</summary>
    public static (DateTimeOffset Time, Guid Id)? Read(string token, IMessage question, Check check)
    {
        if (PageToken.Read(token, question, Parts, check) is not { } keys)
        {
            return null;
        }
        var right =
            DateTimeOffset.TryParse(keys[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            & Guid.TryParse(keys[1], out var id);
        check.That(right, "page_token", "must come from the page before, with all other arguments the same");
        return right ? (time.ToUniversalTime(), id) : null;
    }

    public static string Write(IMessage question, DateTimeOffset time, Guid id) =>
        PageToken.Write(question, time.ToString("O", CultureInfo.InvariantCulture), id.ToString());
}
