using System.Text.Json;

namespace Mobility.Parking;

/// <summary>Reads JSON as feeds have it: with a byte order mark, or with NaN and Infinity, which some writers put where
/// a number is missing.</summary>
internal static class LooseJson
{
    private static readonly byte[][] NoNumbers = ["-Infinity"u8.ToArray(), "Infinity"u8.ToArray(), "NaN"u8.ToArray()];

    /// <summary>The document; what is no number is null in it.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException) when (WithNulls(text.Span) is { } mended)
        {
            return JsonDocument.Parse(mended);
        }
    }

    /// <summary>The text with null in place of what is no number; null when there was nothing to replace.</summary>
    private static byte[]? WithNulls(ReadOnlySpan<byte> text)
    {
        var mended = new List<byte>(text.Length);
        var inString = false;
        var found = false;
        for (var at = 0; at < text.Length; at++)
        {
            var rest = text[at..];
            if (!inString && NoNumberAt(rest) is > 0 and var length)
            {
                mended.AddRange("null"u8);
                at += length - 1;
                found = true;
                continue;
            }
            if (inString && text[at] == (byte)'\\' && rest.Length > 1)
            {
                mended.Add(text[at++]);
            }
            else if (text[at] == (byte)'"')
            {
                inString = !inString;
            }
            mended.Add(text[at]);
        }
        return found ? [.. mended] : null;
    }

    private static int NoNumberAt(ReadOnlySpan<byte> rest)
    {
        foreach (var word in NoNumbers)
        {
            if (rest.StartsWith(word))
            {
                return word.Length;
            }
        }
        return 0;
    }
}
