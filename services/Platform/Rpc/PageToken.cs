using System.Buffers.Text;
using System.Security.Cryptography;
using Google.Protobuf;
using Mobility.Platform.V1;

namespace Mobility.Platform.Rpc;

/// <summary>Keyset paging: a token holds the sort key of the last row sent and fits its own question only.</summary>
public static class PageToken
{
    /// <summary>Rows to send: 0 means the default, more than the limit means the limit.</summary>
    public static int Size(int pageSize, Check check)
    {
        check.That(pageSize >= 0, "page_size", "must not be negative");
        return pageSize == 0 ? Limits.PageSizeDefault : Math.Min(pageSize, Limits.PageSize);
    }

    /// <summary>The sort key after which to go on; null for the first page.</summary>
    /// <param name="token">As the caller sent it.</param>
    /// <param name="question">The request with page_size and page_token cleared.</param>
    /// <param name="keyCount">How many parts the sort key has.</param>
    /// <param name="check">Gets a violation when the token is not for this question.</param>
    public static IReadOnlyList<string>? Read(string token, IMessage question, int keyCount, Check check)
    {
        if (token.Length == 0)
        {
            return null;
        }
        var cursor = Parse(token);
        var fits = cursor is not null && cursor.Keys.Count == keyCount && cursor.QuestionHash.Equals(Hash(question));
        check.That(fits, "page_token", "must come from the page before, with all other arguments the same");
        return fits ? cursor!.Keys : null;
    }

    /// <summary>The token of the next page.</summary>
    public static string Write(IMessage question, params string[] keys)
    {
        var cursor = new PageCursor { QuestionHash = Hash(question) };
        cursor.Keys.AddRange(keys);
        return Base64Url.EncodeToString(cursor.ToByteArray());
    }

    private static ByteString Hash(IMessage question) =>
        ByteString.CopyFrom(
            SHA256.HashData([
                .. System.Text.Encoding.UTF8.GetBytes(question.Descriptor.FullName),
                .. question.ToByteArray(),
            ])
        );

    private static PageCursor? Parse(string token)
    {
        try
        {
            return token.Length <= 2_000 ? PageCursor.Parser.ParseFrom(Base64Url.DecodeFromChars(token)) : null;
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
