using System.Buffers.Binary;

namespace Mobility.Parking.Photos;

/// <summary>Walks the chunks of a WebP (RFC 9649) and keeps those that the picture needs.</summary>
internal static class WebpFile
{
    private const int HeadBytes = 8;
    private const int FileHeadBytes = 12;
    private const byte AnimationFlag = 0x02;
    private const byte AlphaFlag = 0x10;

    public static bool IsOne(ReadOnlySpan<byte> file) =>
        file.Length >= FileHeadBytes && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8);

    public static ImageFile Read(ReadOnlySpan<byte> file)
    {
        var declared = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + (long)HeadBytes;
        if (declared > file.Length)
        {
            throw ImageFile.Truncated();
        }

        var kept = new MemoryStream(file.Length);
        kept.Write(file[..FileHeadBytes]);
        (double, double)? point = null;
        (int Width, int Height) size = default;
        var hasPicture = false;
        var before = new HashSet<string>(StringComparer.Ordinal);
        for (var at = FileHeadBytes; at < declared; )
        {
            var chunk = ChunkAt(file[at..(int)declared]);
            var kind = System.Text.Encoding.Latin1.GetString(chunk[..4]);
            var body = Body(chunk);
            var isFirst = at == FileHeadBytes;
            var isNew = before.Add(kind);
            at += chunk.Length;
            switch (kind)
            {
                case "VP8X" when isFirst:
                    size = Larger(size, CanvasOf(body));
                    kept.Write(WithoutFlags(chunk));
                    break;
                case "VP8 " or "VP8L" when !hasPicture:
                    hasPicture = true;
                    size = Larger(
                        size,
                        string.Equals(kind, "VP8L", StringComparison.Ordinal) ? Lossless(body) : Lossy(body)
                    );
                    kept.Write(chunk);
                    break;
                case "ALPH" when isNew && !hasPicture && before.Contains("VP8X"):
                    kept.Write(chunk);
                    break;
                case "EXIF":
                    point ??= ExifPosition.Read(body.StartsWith("Exif\0\0"u8) ? body[6..] : body);
                    break;
                case "ICCP" or "XMP ":
                    break;
                default:
                    throw ImageFile.Wrong("it has a chunk that is no part of a photo");
            }
        }

        if (!hasPicture)
        {
            throw ImageFile.Wrong("it has no picture data");
        }

        var content = kept.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(4), (uint)(content.Length - HeadBytes));
        return new ImageFile("image/webp", size.Width, size.Height, content, point);
    }

    /// <summary>A chunk with its head and the byte that makes its length even.</summary>
    private static ReadOnlySpan<byte> ChunkAt(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < HeadBytes)
        {
            throw ImageFile.Truncated();
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        var whole = HeadBytes + length + (length & 1L);
        return whole <= rest.Length ? rest[..(int)whole] : throw ImageFile.Truncated();
    }

    private static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> chunk) =>
        chunk.Slice(HeadBytes, (int)BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]));

    /// <summary>Of what the file says it has, only transparency is left; what no version uses yet is
    /// emptied.</summary>
    private static byte[] WithoutFlags(ReadOnlySpan<byte> chunk)
    {
        var copy = chunk.ToArray();
        if ((copy[HeadBytes] & AnimationFlag) != 0)
        {
            throw ImageFile.Wrong("it is animated");
        }

        copy[HeadBytes] &= AlphaFlag;
        copy.AsSpan(HeadBytes + 1, 3).Clear();
        return copy;
    }

    private static (int, int) CanvasOf(ReadOnlySpan<byte> body) =>
        body.Length == 10
            ? (1 + Int24(body[4..]), 1 + Int24(body[7..]))
            : throw ImageFile.Wrong("its header has another length");

    private static (int, int) Lossy(ReadOnlySpan<byte> body)
    {
        if (body.Length < 10 || (body[0] & 1) != 0 || !body[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A]))
        {
            throw ImageFile.Wrong("its picture does not begin with a key frame");
        }

        return (
            BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF,
            BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF
        );
    }

    private static (int, int) Lossless(ReadOnlySpan<byte> body)
    {
        if (body.Length < 5 || body[0] != 0x2F)
        {
            throw ImageFile.Wrong("its picture has not the signature of a lossless one");
        }

        var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
        return ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
    }

    private static (int, int) Larger((int Width, int Height) a, (int Width, int Height) b) =>
        (Math.Max(a.Width, b.Width), Math.Max(a.Height, b.Height));

    private static int Int24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
